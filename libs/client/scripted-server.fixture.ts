import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as it came. */
export interface Heard {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What is answered: a status with a body and headers, or what the spec does with the response. */
export type Scripted =
  | {
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | ((response: ServerResponse) => void);

/** A real HTTP server that answers by a script; the last answer repeats. */
export class ScriptedServer {
  readonly heard: Heard[] = [];
  #script: readonly Scripted[] = [];

  private constructor(private readonly server: ReturnType<typeof createServer>) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void text(request).then((body) => {
        const { method = '', url = '', headers } = request;
        this.heard.push({ method, url, headers, body });
        this.#answer(response);
      });
    });
  }

  static async open(): Promise<ScriptedServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ScriptedServer(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Begins anew with these answers. */
  answers(...script: readonly Scripted[]): void {
    this.heard.length = 0;
    this.#script = script;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #answer(response: ServerResponse): void {
    const scripted = this.#script[Math.min(this.heard.length, this.#script.length) - 1];
    if (scripted === undefined) throw new Error('nothing is scripted');
    if (typeof scripted === 'function') {
      scripted(response);
      return;
    }
    const { status, body, headers = {} } = scripted;
    const type = status >= 400 ? 'application/problem+json' : 'application/json';
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
  }
}

/** A problem as the API tells it. */
export const problemAnswer = (status: number, code: string, more: object = {}, retryAfter?: string): Scripted => ({
  status,
  body: { type: `urn:portos:problem:${code}`, title: 'A title', status, detail: 'What to do.', ...more },
  headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
});
