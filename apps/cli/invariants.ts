import { readFile } from 'node:fs/promises';
import type { Pool } from 'pg';

/** A question to the database whose good answer is no row. */
export interface Invariant {
  /** `I4`, as `docs/proof.md` and the simulation number them. */
  readonly id: string;
  readonly claim: string;
  /** Holds only once nothing is under way any more. */
  readonly isAtRest: boolean;
  readonly sql: string;
}

/** An invariant that is broken, with the first rows that break it. */
export interface Broken extends Invariant {
  readonly count: number;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** Rows of a broken invariant that are shown. */
const SHOWN = 3;
const HEAD = /^-- (I\d+[a-z]?): (.*?)( \(at rest\))?$/;

/** Reads the questions of `test/invariants.sql`. */
export async function readInvariants(): Promise<readonly Invariant[]> {
  const text = await readFile(new URL('../../../test/invariants.sql', import.meta.url), 'utf8').catch(() =>
    readFile(new URL('../../test/invariants.sql', import.meta.url), 'utf8'),
  );
  return text.split(/^(?=-- I\d)/m).flatMap((part) => {
    const [head = '', ...lines] = part.split('\n');
    const [, id, claim, atRest] = HEAD.exec(head) ?? [];
    if (id === undefined || claim === undefined) return [];
    return [{ id, claim, isAtRest: atRest !== undefined, sql: lines.join('\n').trim().replace(/;$/, '') }];
  });
}

/**
 * Asks each question in one snapshot of the database, which it cannot change.
 * @param isAtRest whether nothing is under way, so that the questions about a system at rest make sense
 */
export async function brokenInvariants(pool: Pool, isAtRest: boolean): Promise<readonly Broken[]> {
  const invariants = (await readInvariants()).filter((invariant) => isAtRest || !invariant.isAtRest);
  const client = await pool.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const broken: Broken[] = [];
    for (const invariant of invariants) {
      const { rows } = await client.query<Record<string, unknown>>(invariant.sql);
      if (rows.length > 0) broken.push({ ...invariant, count: rows.length, rows: rows.slice(0, SHOWN) });
    }
    return broken;
  } finally {
    await client.query('rollback').catch(() => undefined);
    client.release();
  }
}

/** One broken invariant in words. */
export const inWords = ({ id, claim, count, rows }: Broken): string =>
  `${id} is broken, ${count} ${count === 1 ? 'row' : 'rows'}: ${claim}\n${rows.map((row) => `   ${JSON.stringify(row)}`).join('\n')}`;
