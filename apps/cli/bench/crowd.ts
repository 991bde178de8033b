import type { Pool } from 'pg';
import { practiceInstanceId } from '#machines/payment';

/** A payment that really waits, and what else names it. */
export interface WaitingPayment {
  readonly paymentId: string;
  readonly practiceId: string;
  readonly idPagamento: string;
  readonly returnToken: string;
}

/** Each table in which a payment has rows, and by which column they are found. */
const TABLES: readonly (readonly [table: string, column: string])[] = [
  ['engine.instance', 'id'],
  ['engine.transition', 'instance_id'],
  ['engine.effect', 'instance_id'],
  ['payments.practice', 'practice_id'],
  ['payments.payer', 'practice_id'],
  ['payments.charge', 'payment_id'],
  ['payments.id_pagamento', 'payment_id'],
  ['payments.return_token', 'payment_id'],
];

/** Rows written by one statement. */
const CHUNK = 10_000;

/**
 * A crowd of waiting payments: the rows of one that was brought there by the engine, written again under names of their
 * own. Numbers tell the copies apart, so a crowd may be enlarged.
 */
export async function cloneWaiting(pool: Pool, one: WaitingPayment, from: number, to: number): Promise<void> {
  const owners = [one.paymentId, practiceInstanceId(one.practiceId), one.practiceId];
  for (const [table, column] of TABLES) {
    for (let first = from; first <= to; first += CHUNK) {
      const last = Math.min(to, first + CHUNK - 1);
      await inOneGo(pool, cloneStatement(table, column), [
        owners,
        first,
        last,
        ...[one.paymentId, one.practiceId, one.idPagamento, one.returnToken],
      ]);
    }
    await inOneGo(pool, `analyze ${table}`, []);
  }
}

/** The names are as long as the real ones, and begin as no real one does. */
const cloneStatement = (table: string, column: string): string => `
  insert into ${table}
  select copy.*
  from ${table} original
  cross join generate_series($2::int, $3::int) as number
  cross join lateral jsonb_populate_record(
    null::${table},
    replace(replace(replace(replace(to_jsonb(original)::text,
      $4, 'pay_' || md5('payment' || number)),
      $5, 'CROWD-' || number),
      $6, '99' || lpad(number::text, 15, '0')),
      $7, md5('token' || number))::jsonb
  ) as copy
  where original.${column} = any($1::text[])
  on conflict do nothing`;

/** Filling and moving a crowd takes longer than any statement of ours may. */
export async function inOneGo(pool: Pool, text: string, values: readonly unknown[]): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query('set statement_timeout = 0');
    return (await client.query(text, [...values])).rowCount ?? 0;
  } finally {
    await client.query('reset statement_timeout');
    client.release();
  }
}

/** Makes the polls of so many payments of the crowd due now, as if their time had come. */
export async function makeDue(pool: Pool, count: number): Promise<void> {
  const made = await inOneGo(
    pool,
    `update engine.effect e set due_at = now.at, wake_at = now.at, wakes = 0, woken_at = null
     from (select engine.clock() as at) now
     where e.type = 'iris.poll' and e.instance_id in (
       select instance_id from engine.effect where type = 'iris.poll' order by instance_id limit $1)`,
    [count],
  );
  if (made !== count) throw new Error(`of ${count} waiting payments only ${made} are there`);
}
