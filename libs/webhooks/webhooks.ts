import { createHash, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { DeliveryView, WaitingDeliveries } from './postgres/deliveries.js';
import { countWaiting, listDeliveries, redeliver } from './postgres/deliveries.js';
import { enableEndpoint } from './postgres/enable.js';
import type { Endpoint } from './postgres/endpoints.js';
import { deleteEndpoint, insertEndpoint, listEndpoints, replaceSecret } from './postgres/endpoints.js';
import type { SecretBox } from './secrets.js';
import { newSecret } from './secrets.js';
import type { Resolve } from './target.js';
import { readTarget, resolveTarget, TargetRefused } from './target.js';

export interface WebhooksOptions {
  readonly pool: Pool;
  readonly secrets: SecretBox;
  readonly allowPrivate: boolean;
  /** How long a former secret goes on signing. */
  readonly secretGraceMs: number;
  readonly resolve: Resolve;
}

/** What a command is known by, until it is forgotten. */
export interface NamedCommand {
  readonly name: string;
  /** What was made under this name before then is another command's. */
  readonly forgottenBefore: Date;
}

/** An endpoint with its secret: shown once, when it is made. */
export interface NewEndpoint {
  readonly webhookId: string;
  readonly url: string;
  readonly eventTypes: readonly string[];
  readonly secret: string;
}

/** One page of a list. */
export interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** How long registering waits for a name to be resolved: a name that cannot be looked up now may be later. */
const RESOLVE_TIMEOUT_MS = 3_000;
const LAST_POSITION = '9223372036854775807';

/** What the owners of endpoints may do. */
export class Webhooks {
  constructor(private readonly options: WebhooksOptions) {}

  /**
   * Registered twice by one command it is one endpoint, shown again as it is.
   * @throws TargetRefused
   */
  async register(
    url: string,
    eventTypes: readonly string[],
    command: NamedCommand = { name: randomUUID(), forgottenBefore: new Date(0) },
  ): Promise<NewEndpoint> {
    await this.#assertAllowed(url);
    return this.#add(url, eventTypes, command);
  }

  async #add(url: string, eventTypes: readonly string[], command: NamedCommand): Promise<NewEndpoint> {
    const { name, forgottenBefore } = command;
    const webhookId = `whk_${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
    const { pool, secrets } = this.options;
    const sealed = secrets.seal(webhookId, newSecret());
    const kept = await insertEndpoint(pool, { webhookId, url, eventTypes, sealed });
    // Another command's that had this name: under one that is the same for whoever gives this one again.
    if (kept.createdAt < forgottenBefore) {
      return this.#add(url, eventTypes, { name: `${name}/${kept.createdAt.toISOString()}`, forgottenBefore });
    }
    return {
      webhookId,
      url: kept.url,
      eventTypes: kept.eventTypes,
      secret: secrets.open(webhookId, kept.sealed),
    };
  }

  async list(cursor: string, limit: number): Promise<PageOf<Endpoint>> {
    const found = await listEndpoints(this.options.pool, cursor, limit + 1);
    return pageOf(found, limit, ({ webhookId }) => webhookId);
  }

  /** False when there is none. */
  remove(webhookId: string): Promise<boolean> {
    return deleteEndpoint(this.options.pool, webhookId);
  }

  /**
   * Sends to an endpoint again that answered 410: what waited for it and what happened meanwhile, of each subject in order.
   * One that is not disabled stays as it is. Null when there is none.
   */
  enable(webhookId: string): Promise<Endpoint | null> {
    return enableEndpoint(this.options.pool, webhookId);
  }

  /** A new secret; the former one signs beside it until `formerLiveUntil`. Null when there is no such endpoint. */
  async rotateSecret(
    webhookId: string,
  ): Promise<{ readonly webhookId: string; readonly secret: string; readonly formerLiveUntil: Date } | null> {
    const { pool, secrets, secretGraceMs } = this.options;
    const secret = newSecret();
    const replaced = await replaceSecret(pool, webhookId, secrets.seal(webhookId, secret), secretGraceMs);
    return replaced && { webhookId, secret, ...replaced };
  }

  /** The newest first. Null when there is no such endpoint. */
  async deliveries(webhookId: string, cursor: string | null, limit: number): Promise<PageOf<DeliveryView> | null> {
    const found = await listDeliveries(this.options.pool, webhookId, cursor ?? LAST_POSITION, limit + 1);
    if (found === null) return null;
    const { items, nextCursor } = pageOf(found, limit, ({ position }) => position);
    return { items: items.map(({ position: _, ...delivery }) => delivery), nextCursor };
  }

  /** What all endpoints together wait for. */
  waiting(): Promise<WaitingDeliveries> {
    return countWaiting(this.options.pool);
  }

  redeliver(webhookId: string, deliveryId: string): Promise<'accepted' | 'unknown' | 'disabled'> {
    return redeliver(this.options.pool, webhookId, deliveryId);
  }

  /** What a name stands for is asked here only to say it early: it is asked again at each message. */
  async #assertAllowed(url: string): Promise<void> {
    const { allowPrivate, resolve } = this.options;
    const target = readTarget(url, allowPrivate);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((done) => {
      timer = setTimeout(done, RESOLVE_TIMEOUT_MS);
    });
    const resolved = resolveTarget(target, allowPrivate, resolve).catch((error: unknown) => {
      if (error instanceof TargetRefused) throw error;
    });
    await Promise.race([resolved, late]).finally(() => clearTimeout(timer));
  }
}

function pageOf<Item>(found: readonly Item[], limit: number, cursorOf: (item: Item) => string): PageOf<Item> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last ? cursorOf(last) : null };
}
