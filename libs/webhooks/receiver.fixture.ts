import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CloudEvent } from './cloud-event.js';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly event: CloudEvent;
}

/** What a receiver does with a message: a status, or the answer is left to the spec. */
type Reaction = (received: Received) => number | ((response: ServerResponse) => void);

/** A receiver of webhooks: it keeps what came, and answers what it is told to. */
export class Receiver {
  readonly received: Received[] = [];
  react: Reaction = () => 204;
  readonly #waiting: { readonly count: number; readonly done: () => void }[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (request, response: ServerResponse) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        this.#take(
          { path: request.url ?? '', headers: request.headers, body, event: JSON.parse(body) as CloudEvent },
          response,
        );
      });
    });
  }

  static async open(): Promise<Receiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Receiver(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  /** Subject and last word of the type of all that came, in order. */
  get heard(): string[] {
    return this.received.map(({ event }) => `${event.subject} ${event.type}`);
  }

  /** Resolves as soon as so many have come. */
  async until(count: number): Promise<void> {
    if (this.received.length >= count) return;
    await new Promise<void>((done) => this.#waiting.push({ count, done }));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #take(received: Received, response: ServerResponse): void {
    const reaction = this.react(received);
    this.received.push(received);
    if (typeof reaction === 'number') response.writeHead(reaction).end();
    else reaction(response);
    for (const { count, done } of this.#waiting) if (this.received.length >= count) done();
  }
}
