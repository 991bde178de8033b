import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { Sealer } from '#libs/platform';
import type { CommandKey } from '../commands/command-key.js';
import { decidedRefusal } from '../problems.js';
import { asBytea } from '../sealing.js';

/** A request that was sent with an Idempotency-Key. */
export interface KeyedRequest {
  /** SHA-256 in hex of the key, who sent it and for which route: what one caller sends never meets another's. */
  readonly keyHash: string;
  /** Who sent it, never personal data. */
  readonly caller: string;
  readonly route: string;
  /** Of everything that is asked for: the same request has the same, and nobody can read it back. */
  readonly fingerprint: string;
}

/** What a caller was told, as far as it must be told again. */
export interface StoredAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly location: string | null;
}

/** What becomes of a request under a key. */
export type Once =
  /** `isRepeated`: the first answer again. */
  | { readonly kind: 'answered'; readonly answer: StoredAnswer; readonly isRepeated: boolean }
  /** The first one is still worked on, by this process or another. */
  | { readonly kind: 'running' }
  /** The key was used for something else. */
  | { readonly kind: 'otherRequest' };

interface Row {
  readonly fingerprint: string;
  readonly answer: Buffer | null;
  readonly isExpired: boolean;
}

/** What was given before that moment under a key is forgotten. */
const LOCK = `
  select pg_try_advisory_xact_lock($1::bigint) as "isFree",
    engine.clock() - $2 * interval '1 millisecond' as "forgottenBefore"`;

interface Locked {
  readonly isFree: boolean;
  readonly forgottenBefore: Date;
  /** Null for a key that was not used, or is forgotten. */
  readonly row: Row | null;
}

const FIND = `
  select fingerprint, answer, created_at < engine.clock() - $2 * interval '1 millisecond' as "isExpired"
  from payments.idempotency_key where key_hash = $1`;

const KEEP = `
  insert into payments.idempotency_key (key_hash, caller, route, fingerprint, answer) values ($1, $2, $3, $4, $5)
  on conflict (key_hash) do update set answer = excluded.answer`;

const PRUNE = `
  delete from payments.idempotency_key where key_hash in (
    select key_hash from payments.idempotency_key
    where created_at < engine.clock() - $1 * interval '1 millisecond'
    order by created_at limit $2 for update skip locked)`;

const PRUNED_AT_ONCE = 1_000;

/**
 * What commands under an Idempotency-Key were answered.
 *
 * A lock of the database says that a command is under way, held by a transaction of the answer's own: it ends with the
 * process that holds it. The key's row is written with the command's event (`keyedIntake`), the answer after it. So a row
 * without an answer is a command that was applied by a process that died before it told anybody.
 */
export class AnswerBook {
  /** @param pool for nothing else: a command waits for connections while its lock holds one. */
  constructor(
    private readonly pool: Pool,
    private readonly sealer: Sealer,
    private readonly keptMs: number,
  ) {}

  /** The keyed digest of what is asked for. */
  fingerprintOf(canonicalJson: string): string {
    return this.sealer.fingerprint(`idempotency/${canonicalJson}`);
  }

  /**
   * Answers a request: again, if it was answered before, otherwise by what `give` comes to: its answer, or its refusal
   * if that was decided. If it throws anything else, nothing is kept and the next request under the key begins anew.
   * @throws that, or the database's own error; what was applied by then is known by the key's row
   */
  async once(request: KeyedRequest, give: (key: CommandKey) => Promise<StoredAnswer>): Promise<Once> {
    const client = await this.pool.connect();
    let lost: Error | undefined;
    const lose = (error: Error): void => void (lost = error); // unheard, a broken connection would end the process
    client.on('error', lose);
    try {
      return await this.under(client, request, give);
    } finally {
      client.off('error', lose);
      client.release(lost);
    }
  }

  /** Removes what is older than it must be kept; answers how many. */
  async prune(): Promise<number> {
    for (let pruned = 0; ;) {
      const { rowCount } = await this.pool.query(PRUNE, [this.keptMs, PRUNED_AT_ONCE]);
      pruned += rowCount ?? 0;
      if ((rowCount ?? 0) < PRUNED_AT_ONCE) return pruned;
    }
  }

  private async under(
    client: PoolClient,
    request: KeyedRequest,
    give: (key: CommandKey) => Promise<StoredAnswer>,
  ): Promise<Once> {
    let end = 'rollback';
    try {
      const { isFree, forgottenBefore, row } = await this.lock(client, request.keyHash);
      if (row && row.fingerprint !== request.fingerprint) return { kind: 'otherRequest' };
      if (row?.answer) return { kind: 'answered', answer: this.open(row.answer, request), isRepeated: true };
      if (!isFree) return { kind: 'running' };
      const key = { ...commandKeyOf(request), forgottenBefore, isApplied: row !== null };
      const answer = await give(key).catch(refusalOf);
      await client.query(KEEP, [...this.rowOf(request, answer)]);
      end = 'commit';
      return { kind: 'answered', answer, isRepeated: false };
    } finally {
      await client.query(end);
    }
  }

  /** Begins a transaction that holds the key, if nobody else does, and looks at its row. */
  private async lock(client: PoolClient, keyHash: string): Promise<Locked> {
    for (;;) {
      // The look is a statement of its own, so that it sees what was committed before the lock was free.
      const [, taken, found] = await Promise.all([
        client.query('begin'),
        client.query<Omit<Locked, 'row'>>(LOCK, [lockOf(keyHash), this.keptMs]),
        client.query<Row>(FIND, [keyHash, this.keptMs]),
      ]);
      const [locked] = taken.rows;
      if (!locked) throw new Error('a select without a table has one row');
      const [row = null] = found.rows;
      if (!row?.isExpired) return { ...locked, row };
      if (!locked.isFree) return { ...locked, row: null };
      // Removed in a transaction of its own: the command writes this row anew and would wait for ours.
      await client.query('delete from payments.idempotency_key where key_hash = $1', [keyHash]);
      await client.query('commit');
    }
  }

  private rowOf({ keyHash, caller, route, fingerprint }: KeyedRequest, answer: StoredAnswer): readonly string[] {
    return [keyHash, caller, route, fingerprint, asBytea(this.sealer.seal(answer, contextOf(keyHash)))];
  }

  private open(sealed: Buffer, { keyHash }: KeyedRequest): StoredAnswer {
    return this.sealer.open(sealed, contextOf(keyHash)) as StoredAnswer;
  }
}

/** A refusal that was decided is an answer. @throws any other error, as it came */
function refusalOf(error: unknown): StoredAnswer {
  const told = decidedRefusal(error);
  if (!told) throw error;
  return { status: told.status, body: told, location: null };
}

/** @see KeyedRequest.keyHash */
export const keyHashOf = (caller: string, route: string, key: string): string =>
  createHash('sha256')
    .update(JSON.stringify([caller, route, key]))
    .digest('hex');

/** Named by its content too: under a key that was forgotten meanwhile, another request is another command. */
const commandKeyOf = ({ keyHash, caller, route, fingerprint }: KeyedRequest): Pick<CommandKey, 'name' | 'row'> => ({
  name: `http/${keyHash}/${fingerprint.slice(0, FINGERPRINT_IN_NAME)}`,
  row: { key_hash: keyHash, caller, route, fingerprint },
});

const FINGERPRINT_IN_NAME = 16;

/** An answer may hold what only its caller may see, so it is sealed, and opens at its own row only. */
const contextOf = (keyHash: string): string => `idempotency/${keyHash}`;

/** Two keys that share 64 of their 256 bits would only wait for each other. */
const lockOf = (keyHash: string): string => BigInt.asIntN(64, BigInt(`0x${keyHash.slice(0, 16)}`)).toString();
