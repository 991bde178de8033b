import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

interface Held {
  readonly pass: () => void;
  readonly lose: () => void;
}

/**
 * The line between us and IRIS. What we ask goes through at once, and IRIS does it; its answers go through as well, or
 * are held back until the story says what becomes of them. So a story may let things happen while an answer is on its way.
 */
export class LineToIris {
  #held: Held[] = [];
  #holds: { readonly paths: RegExp; left: number } | null = null;
  readonly #server = createServer((request, response) => void this.#carry(request, response));

  private constructor(
    /** The line's other end; known once the sandbox listens. */
    private readonly irisUrl: () => string,
  ) {}

  static async open(irisUrl: () => string): Promise<LineToIris> {
    const line = new LineToIris(irisUrl);
    await new Promise<void>((resolve) => line.#server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Answers that are on their way. */
  get held(): number {
    return this.#held.length;
  }

  /**
   * @param paths of which services the answers are held back
   * @param count how many of them
   */
  hold(paths: RegExp, count = Infinity): void {
    this.#holds = { paths, left: count };
  }

  /** What was held arrives, and what comes after it goes through. */
  release(): void {
    this.#end().forEach(({ pass }) => pass());
  }

  /** What was held is lost: the connections break. What comes after it goes through. */
  lose(): void {
    this.#end().forEach(({ lose }) => lose());
  }

  async close(): Promise<void> {
    this.lose();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #end(): readonly Held[] {
    const held = this.#held;
    this.#held = [];
    this.#holds = null;
    return held;
  }

  #isToHold(path: string): boolean {
    if (!this.#holds || this.#holds.left === 0 || !this.#holds.paths.test(path)) return false;
    this.#holds.left -= 1;
    return true;
  }

  async #carry(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const answer = await fetch(`${this.irisUrl()}${request.url ?? ''}`, {
        method: 'POST',
        headers: { 'content-type': request.headers['content-type'] ?? 'text/xml' },
        body: await buffer(request),
      });
      const body = Buffer.from(await answer.arrayBuffer());
      const pass = (): void => {
        response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/xml' });
        response.end(body);
      };
      if (this.#isToHold(request.url ?? '')) this.#held.push({ pass, lose: () => response.destroy() });
      else pass();
    } catch {
      response.destroy();
    }
  }
}
