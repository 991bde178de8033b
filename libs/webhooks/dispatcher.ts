import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { EngineLog, Listening } from '#libs/engine';
import { coalesce } from '#libs/engine';
import type { StoredEvent } from './cloud-event.js';
import { CLOUD_EVENT_TYPE, cloudEvent } from './cloud-event.js';
import type { EventQueue } from './event-queue.js';
import type { DeliveryPolicy } from './policy.js';
import { retryPauseMs } from './policy.js';
import type { ClaimedDelivery } from './postgres/claim.js';
import { claim } from './postgres/claim.js';
import { fanOut } from './postgres/fan-out.js';
import { prune } from './postgres/prune.js';
import { feedQueue } from './postgres/queue-feed.js';
import type { TriedDelivery } from './postgres/settle.js';
import { settle } from './postgres/settle.js';
import type { SecretBox } from './secrets.js';
import { signedHeaders } from './secrets.js';
import type { Answer, Send } from './sender.js';

export interface DispatcherOptions {
  readonly pool: Pool;
  readonly secrets: SecretBox;
  readonly send: Send;
  readonly policy: DeliveryPolicy;
  /** CloudEvents `source`: what names this installation. */
  readonly source: string;
  readonly log: EngineLog;
  /** null: events go to webhooks only. Closed with the dispatcher. */
  readonly queue: EventQueue | null;
  /** Says when a look may be worth it. Losing it costs a tick. */
  readonly listen?: (onDue: () => void) => Listening;
  /** The longest pause between two looks, in milliseconds. */
  readonly tickMs?: number;
  /** A draw in [0, 1) for the jitter of pauses. */
  readonly chance?: () => number;
}

const DEFAULT_TICK_MS = 1_000;
/** Commits come in crowds; one look serves them all. */
const BREATH_MS = 20;
const EVENTS_AT_ONCE = 500;
/** Messages under way may finish while the process stops; what does not is left to its lease, and sent again. */
const DRAIN_MS = 5_000;

/**
 * Tells outside what happened: a loop that passes new events on, takes what may be sent now and sends it. It remembers
 * nothing: whatever it dies with is claimed again when its lease ends, and sent again under the same id. Several may run.
 */
export class Dispatcher {
  readonly #settle: (tried: TriedDelivery) => Promise<void>;
  readonly #inHand = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #listening: Listening | null = null;
  #loop: Promise<void> | null = null;
  #isStopped = false;
  #isKicked = false;
  #endPause: () => void = () => undefined;

  constructor(private readonly options: DispatcherOptions) {
    const { pool, policy } = options;
    this.#settle = coalesce(async (tried: readonly TriedDelivery[]) => {
      await settle(pool, policy, tried);
      return tried.map(() => undefined);
    });
  }

  start(): void {
    this.#listening ??= this.options.listen?.(() => this.kick()) ?? null;
    this.#loop ??= this.#run();
  }

  /** Something may be to be told: looks at once. */
  kick(): void {
    this.#isKicked = true;
    this.#endPause();
  }

  /** Forgets events older than `keepMs` (milliseconds) that nothing can still deliver by itself; answers how many. */
  prune(keepMs: number): Promise<number> {
    return prune(this.options.pool, keepMs, this.options.queue !== null);
  }

  /** Takes nothing more, and lets what is under way finish for a while. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.kick();
    await Promise.all([this.#loop, this.#listening?.close()]);
    const drained = new AbortController();
    const timer = pause(DRAIN_MS, undefined, { signal: drained.signal }).then(
      () => this.#stopping.abort(),
      () => undefined,
    );
    await Promise.all(this.#inHand);
    drained.abort();
    await timer;
    await this.options.queue?.close();
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      this.#isKicked = false;
      const isMore = await this.#round().catch((error: unknown) => this.#warn(error, 'events were not passed on'));
      if (!isMore) await this.#rest();
      await pause(BREATH_MS);
    }
  }

  /** Whether there is more to do at once. */
  async #round(): Promise<boolean> {
    const { pool, policy, queue } = this.options;
    const passedOn = await fanOut(pool, EVENTS_AT_ONCE, queue !== null);
    const queued = queue ? await this.#feed(queue) : 0;
    const claims = await claim(pool, policy);
    for (const claimed of claims) this.#carry(claimed);
    return passedOn === EVENTS_AT_ONCE || queued === EVENTS_AT_ONCE;
  }

  /** A queue that is away stops no webhook. */
  async #feed(queue: EventQueue): Promise<number> {
    const add = (events: readonly StoredEvent[]) =>
      queue.add(events.map((event) => cloudEvent(event, this.options.source)));
    return feedQueue(this.options.pool, EVENTS_AT_ONCE, add).catch((error: unknown) => {
      this.#warn(error, 'events could not be put into the queue');
      return 0;
    });
  }

  #carry(claimed: ClaimedDelivery): void {
    const work = this.#deliver(claimed)
      .catch((error: unknown) => void this.#warn(error, 'a delivery is left to its lease'))
      .finally(() => {
        this.#inHand.delete(work);
        this.kick();
      });
    this.#inHand.add(work);
  }

  async #deliver(claimed: ClaimedDelivery): Promise<void> {
    const { secrets, send, source } = this.options;
    const { webhookId, url, sealedSecrets, eventId, deliveryId, requestId } = claimed;
    const body = JSON.stringify(cloudEvent(claimed, source));
    const live = sealedSecrets.map((sealed) => secrets.open(webhookId, sealed));
    const headers = { 'content-type': CLOUD_EVENT_TYPE, ...signedHeaders(eventId, body, live, new Date()) };
    const answer = await send({ url, headers, body }, this.#stopping.signal);
    if (this.#stopping.signal.aborted && answer.statusCode === null) return;
    await this.#settle(this.#triedBy(claimed, answer));
    const { statusCode } = answer;
    this.options.log.debug({ webhookId, deliveryId, eventId, requestId, statusCode }, 'a message was sent');
    if (statusCode === 410) this.options.log.warn({ webhookId }, 'a webhook answered 410 and is disabled');
  }

  #triedBy({ deliveryId, webhookId, subject, leaseToken, tries }: ClaimedDelivery, answer: Answer): TriedDelivery {
    const { policy, chance = Math.random } = this.options;
    const { statusCode, error } = answer;
    const askedMs = answer.statusCode === null ? 0 : (answer.retryAfterMs ?? 0);
    const pauseMs = retryPauseMs(policy, tries, chance(), askedMs);
    return { deliveryId, webhookId, subject, leaseToken, result: resultOf(statusCode), statusCode, error, pauseMs };
  }

  async #rest(): Promise<void> {
    if (this.#isKicked || this.#isStopped) return;
    const kicked = new AbortController();
    this.#endPause = () => kicked.abort();
    await pause(this.options.tickMs ?? DEFAULT_TICK_MS, undefined, { signal: kicked.signal }).catch(() => undefined);
  }

  #warn(error: unknown, message: string): false {
    this.options.log.warn({ error: error instanceof Error ? error.message : String(error) }, message);
    return false;
  }
}

/** Any 2xx is a receipt (Standard Webhooks); a redirect is none, and 410 says that nobody listens there any more. */
function resultOf(statusCode: number | null): TriedDelivery['result'] {
  if (statusCode === 410) return 'gone';
  return statusCode !== null && statusCode >= 200 && statusCode < 300 ? 'delivered' : 'failed';
}
