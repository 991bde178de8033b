import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import { createPool, createSealer } from '#libs/platform';
import type { TestDatabase } from '#libs/testkit';
import { createTestDatabase } from '#libs/testkit';
import { AnswerBook } from './answer-book.js';
import { migrateAll } from './migrations.js';

const KEPT_MS = 60_000;
const sealer = createSealer(randomBytes(32));
const ANSWER = { status: 202, body: { state: 'annulled' }, location: null };

let database: TestDatabase;
let pools: readonly [Pool, Pool];
/** Those of two processes. */
let one: AnswerBook;
let other: AnswerBook;

beforeAll(async () => {
  database = await createTestDatabase({ name: 'payments', migrate: migrateAll });
  const open = () => createPool(database.url, { max: 2, applicationName: 'answers' });
  pools = [open(), open()];
  [one, other] = [new AnswerBook(pools[0], sealer, KEPT_MS), new AnswerBook(pools[1], sealer, KEPT_MS)];
}, 60_000);

afterAll(async () => {
  for (const pool of pools) await pool.end();
  await database.drop();
});

const request = () => ({
  keyHash: createHash('sha256').update(randomUUID()).digest('hex'),
  caller: 'key/portos',
  route: 'POST /v1/x',
  fingerprint: 'f',
});

const never = (): Promise<never> => Promise.reject(new Error('this command must not be given'));

describe('a command under a key', () => {
  it('is still running in the other process until it is answered, and is answered there by what it came to here', async () => {
    const asked = request();
    const first = await one.once(asked, async () => {
      expect(await other.once(asked, never)).toEqual({ kind: 'running' });
      return ANSWER;
    });
    expect(first).toEqual({ kind: 'answered', answer: ANSWER, isRepeated: false });
    expect(await other.once(asked, never)).toEqual({ kind: 'answered', answer: ANSWER, isRepeated: true });
    expect(await other.once({ ...asked, fingerprint: 'g' }, never)).toEqual({ kind: 'otherRequest' });
  });

  it('that failed leaves the key free', async () => {
    const asked = request();
    await expect(one.once(asked, never)).rejects.toThrow('must not be given');
    expect(await other.once(asked, () => Promise.resolve(ANSWER))).toMatchObject({ isRepeated: false });
  });

  it('whose lock is lost with its connection ends in an error, and nobody but its request notices', async () => {
    const asked = request();
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity
                 where state = 'idle in transaction' and datname = current_database()`;
    await expect(
      one.once(asked, async () => {
        await pools[1].query(cut);
        return ANSWER;
      }),
    ).rejects.toThrow();
    expect(await one.once(asked, () => Promise.resolve(ANSWER))).toMatchObject({ isRepeated: false });
  });

  it('that is applied and unanswered is not given again', async () => {
    const asked = request();
    const write = 'insert into payments.idempotency_key (key_hash, caller, route, fingerprint) values ($1, $2, $3, $4)';
    await pools[1].query(write, [asked.keyHash, asked.caller, asked.route, asked.fingerprint]);
    const seen: boolean[] = [];
    await one.once(asked, ({ isApplied }) => {
      seen.push(isApplied);
      return Promise.resolve(ANSWER);
    });
    expect(seen).toEqual([true]);
  });
});

describe('what was answered', () => {
  it('cannot be read in the database, nor in another row', async () => {
    const [asked, theirs] = [request(), request()];
    await one.once(asked, () => Promise.resolve({ ...ANSWER, body: { secret: 'whsec_x' } }));
    await one.once(theirs, () => Promise.resolve(ANSWER));
    const { rows } = await pools[0].query<{ answer: Buffer }>(
      'select answer from payments.idempotency_key where key_hash = $1',
      [asked.keyHash],
    );
    expect(rows[0]?.answer.toString()).not.toContain('whsec');
    await pools[0].query(
      `update payments.idempotency_key set answer = (select answer from payments.idempotency_key where key_hash = $1)
       where key_hash = $2`,
      [asked.keyHash, theirs.keyHash],
    );
    await expect(one.once(theirs, never)).rejects.toThrow('cannot be opened');
  });

  it('is pruned when it is old enough, however much there is', async () => {
    await pools[0].query('truncate payments.idempotency_key');
    await pools[0].query(
      `insert into payments.idempotency_key (key_hash, caller, route, fingerprint, created_at)
       select 'old ' || n, '', '', '', engine.clock() - interval '61 s' from generate_series(1, 2500) n
       union all select 'young', '', '', '', engine.clock()`,
    );
    expect(await one.prune()).toBe(2500);
    expect((await pools[0].query('select key_hash from payments.idempotency_key')).rows).toEqual([
      { key_hash: 'young' },
    ]);
  });
});
