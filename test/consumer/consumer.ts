import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

/**
 * A small system on the other side, written from what PORTOS Payments publishes (README, /openapi.json, /asyncapi.json)
 * and with nothing of its code: it opens practices, is told by webhooks what becomes of them, and keeps a table of its own.
 */

/** What it knows of one payment or practice, from messages alone. */
export interface Known {
  readonly state: string;
  /** Of the event that said so; an older one that comes later changes nothing. */
  readonly sequence: string;
  /** How many events it was told of it, each counted once. */
  readonly events: number;
}

/** A message as it came. */
export interface Taken {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface CloudEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly sequence: string;
  readonly data: { readonly state: string };
}

interface Delivery {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly status: 'pending' | 'delivered' | 'undelivered';
}

interface Payment {
  readonly paymentId: string;
  readonly state: string;
  readonly allowedActions: readonly string[];
  readonly attempt: { readonly number: number; readonly positions: readonly { readonly idPagamento: string }[] };
}

interface Practice {
  readonly practiceId: string;
  readonly state: string;
  readonly payments: readonly Payment[];
}

export class Consumer {
  /** By payment or practice: what would lie in its database. */
  readonly known = new Map<string, Known>();
  /** Every message that was believed, also those that came again, in the order they came. */
  readonly taken: Taken[] = [];
  /** Why messages were not believed. */
  readonly refused: string[] = [];
  readonly practiceIds: string[] = [];
  readonly #seen = new Set<string>();
  readonly #secrets: string[] = [];
  readonly #waiting = new Set<() => void>();
  #webhookId = '';
  #server: Server | null = null;
  #port = 0;
  #losesNextAnswer = false;

  constructor(
    private readonly apiUrl: string,
    private readonly apiKey: string,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.#port}/portos/events`;
  }

  /** The newest first. */
  get secrets(): readonly string[] {
    return this.#secrets;
  }

  /** Listens, at the place where it listened before. */
  async start(): Promise<void> {
    const server = createServer((request, response) => {
      this.#receive(request, response).catch(() => response.destroy()); // a message that breaks off comes again
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve) ?? resolve(null));
  }

  /** Asks to be told of everything there is. */
  async subscribe(eventTypes: readonly string[]): Promise<void> {
    const body = { url: this.url, eventTypes };
    const { webhookId, secret } = await this.#api<{ webhookId: string; secret: string }>('POST', '/v1/webhooks', body);
    this.#webhookId = webhookId;
    this.#secrets.unshift(secret);
  }

  /** Takes a new secret; the former one is believed until it is forgotten. */
  async rotateSecret(): Promise<void> {
    const path = `/v1/webhooks/${this.#webhookId}/rotate-secret`;
    this.#secrets.unshift((await this.#api<{ secret: string }>('POST', path)).secret);
  }

  forgetFormerSecret(): void {
    this.#secrets.length = 1;
  }

  /** The next message is stored, and the process dies before it could say so. */
  loseNextAnswer(): void {
    this.#losesNextAnswer = true;
  }

  async openPractice(body: { readonly practiceId: string }): Promise<Practice> {
    this.practiceIds.push(body.practiceId);
    return this.#api('POST', '/v1/practices', body);
  }

  readPractice(practiceId: string): Promise<Practice> {
    return this.#api('GET', `/v1/practices/${practiceId}`);
  }

  redirect(paymentId: string): Promise<{ readonly redirectUrl: string }> {
    return this.#api('POST', `/v1/payments/${paymentId}/redirect`);
  }

  regenerate(paymentId: string, attempt: number): Promise<Payment> {
    return this.#api('POST', `/v1/payments/${paymentId}/regenerate`, { attempt });
  }

  /** Every delivery to this consumer, the newest first, page by page. */
  async deliveries(): Promise<readonly Delivery[]> {
    const all: Delivery[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = cursor === '' ? '?limit=3' : `?limit=3&cursor=${cursor}`;
      const path = `/v1/webhooks/${this.#webhookId}/deliveries${query}`;
      const page: { items: Delivery[]; nextCursor: string | null } = await this.#api('GET', path);
      all.push(...page.items);
      cursor = page.nextCursor;
    }
    return all;
  }

  /** After an outage: asks again for what was given up and never came, the oldest first. Answers how many those are. */
  async askForMissed(): Promise<number> {
    const missed = (await this.deliveries()).filter(
      ({ status, eventId }) => status === 'undelivered' && !this.#seen.has(eventId),
    );
    for (const { deliveryId } of missed.reverse()) await this.redeliver(deliveryId);
    return missed.length;
  }

  async redeliver(deliveryId: string): Promise<void> {
    await this.#api('POST', `/v1/webhooks/${this.#webhookId}/deliveries/${deliveryId}/redeliver`);
  }

  /** Resolves with the first message, of those that came or will come, that is looked for. */
  async until(isLookedFor: (taken: readonly Taken[]) => boolean): Promise<void> {
    while (!isLookedFor(this.taken)) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const headers = request.headers as Record<string, string>;
    const event = this.#verified(body, headers);
    if (event === null) {
      response.writeHead(400).end();
      return;
    }
    this.#store(event);
    const { id, type, subject } = event;
    if (this.#losesNextAnswer) response.destroy();
    else response.writeHead(204).end();
    this.#losesNextAnswer = false;
    this.taken.push({ id, type, subject, headers, body });
    for (const look of this.#waiting) look();
    this.#waiting.clear();
  }

  #verified(body: string, headers: Record<string, string>): CloudEvent | null {
    let reason = '';
    for (const secret of this.#secrets) {
      try {
        return new Webhook(secret).verify(body, headers) as CloudEvent;
      } catch (error) {
        reason = (error as Error).message;
      }
    }
    this.refused.push(reason);
    return null;
  }

  /** Would be one transaction: the id that was seen, and what the event says. */
  #store({ id, subject, sequence, data }: CloudEvent): void {
    if (this.#seen.has(id)) return;
    this.#seen.add(id);
    const before = this.known.get(subject);
    const newest = before !== undefined && before.sequence > sequence ? before : { state: data.state, sequence };
    this.known.set(subject, { ...newest, events: (before?.events ?? 0) + 1 });
  }

  async #api<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(`${this.apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.apiKey}`,
        ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  }
}
