import { createHash } from 'node:crypto';
import type { SimulatedDatabase } from './database.js';

/** What happened, line by line, and its hash: two runs of one seed have the same. */
export class Trace {
  readonly #lines: { readonly at: number; readonly text: string }[] = [];

  note(at: number, text: string): void {
    this.#lines.push({ at, text });
  }

  /** Adds every decision that was recorded, in the order of time. */
  finish(database: SimulatedDatabase): void {
    for (const records of database.transitions.values()) {
      for (const { instanceId, seq, eventId, event, decision, reason, from, to, at } of records) {
        const came = from === to || from === null ? to : `${from} → ${to}`;
        const outcome = decision === 'applied' ? came : `${to}: ignored, ${reason ?? ''}`;
        this.note(at.getTime(), `${instanceId} ${seq} ${event.type} (${eventId}) ${outcome}`);
      }
    }
    this.#lines.sort((one, other) => one.at - other.at);
  }

  lines(): string[] {
    return this.#lines.map(({ at, text }) => `${clock(at)} ${text}`);
  }

  hash(): string {
    return createHash('sha256').update(this.lines().join('\n')).digest('hex').slice(0, 16);
  }
}

function clock(ms: number): string {
  const seconds = ms / 1_000;
  const minutes = Math.floor(seconds / 60);
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}:${(seconds % 60).toFixed(3).padStart(6, '0')}`;
}
