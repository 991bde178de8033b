import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Writable } from 'node:stream';
import { Logger } from '@nestjs/common';
import { pino } from 'pino';
import { frameworkLogger } from '#libs/platform';

/**
 * Hears what the processes print, log and ask for. Its logger is a plain one at level `trace`: it has neither the names nor
 * the forms that ours leaves out, so that what comes here was really not said.
 */
export class Ear {
  readonly said: string[] = [];
  readonly urls: string[] = [];
  readonly log = pino({ level: 'trace' }, this.#stream());
  readonly #printed = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write.bind(stream) }));
  /** Requests to this port are those of a spec that tries to smuggle something in. */
  #deafPort: number | null = null;

  open(): void {
    for (const { stream, write } of this.#printed) {
      stream.write = (chunk: string | Uint8Array) => {
        this.said.push(Buffer.from(chunk as string).toString());
        return write(chunk);
      };
    }
    subscribe('http.server.request.start', this.#noteUrl);
  }

  /** After a stack is there, which silences the framework. */
  listenToFramework(): void {
    Logger.overrideLogger(frameworkLogger(this.log));
  }

  /** From now on only what others are asked for counts. */
  ignoreRequestsTo(url: string): void {
    this.#deafPort = Number(new URL(url).port);
  }

  close(): void {
    unsubscribe('http.server.request.start', this.#noteUrl);
    Logger.overrideLogger(false);
    for (const { stream, write } of this.#printed) stream.write = write;
  }

  readonly #noteUrl = (message: unknown): void => {
    const { request, socket } = message as { request: IncomingMessage; socket: Socket };
    if (socket.localPort !== this.#deafPort) this.urls.push(readable(request.url ?? ''));
  };

  #stream(): Writable {
    return new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.said.push(chunk.toString());
        done();
      },
    });
  }
}

function readable(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}
