import { randomBytes, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { AttemptIds, OpenPayload } from '#machines/payment';
import type { SideRow } from '#libs/engine';
import { makeIuv } from './values/iuv.js';

/** Numbers a sequence step reserves: one round trip a hundred positions. */
const BLOCK = 100n;

/**
 * Allocates identifiers before the event that carries them is taken in. What is allocated and never used is simply
 * skipped: an IUV is cheap, and may never be given twice.
 */
export class Identifiers {
  private next = 0n;
  private end = 0n;
  private refill: Promise<void> | null = null;

  constructor(
    private readonly pool: Pick<Pool, 'query'>,
    private readonly segregationCode: string,
  ) {}

  paymentId(): string {
    return `pay_${randomUUID().replaceAll('-', '')}`;
  }

  /** An event's own id, for a command that nobody repeats under the same name. */
  eventId(command: string): string {
    return `${command}/${randomUUID()}`;
  }

  /** Identifiers for an attempt at `count` items. */
  async attempt(count: number): Promise<AttemptIds> {
    const positions = [];
    for (let index = 0; index < count; index += 1) {
      const iuv = makeIuv(this.segregationCode, await this.takeNumber());
      positions.push({ idPagamento: iuv, idPendenza: `P${iuv}`, iuv });
    }
    return { returnToken: randomBytes(24).toString('base64url'), positions };
  }

  private async takeNumber(): Promise<bigint> {
    while (this.next >= this.end) {
      this.refill ??= this.reserve().finally(() => (this.refill = null));
      await this.refill;
    }
    const number = this.next;
    this.next += 1n;
    return number;
  }

  private async reserve(): Promise<void> {
    const { rows } = await this.pool.query<{ first: string }>(`select nextval('payments.iuv_base')::text as first`);
    const first = rows[0]?.first;
    if (first === undefined) throw new Error('the IUV sequence gave no number');
    this.next = BigInt(first);
    this.end = this.next + BLOCK;
  }
}

/** Whether this can name a payment: nothing else in the engine's id space looks so. */
export const isPaymentId = (id: string): boolean => /^pay_[0-9a-f]{32}$/.test(id);

/** Whether this can be a return token: anybody may ask for one. */
export const isReturnToken = (text: string): boolean => /^[A-Za-z0-9_-]{32}$/.test(text);

/**
 * The rows that lead from IRIS's identifiers back to the payment. The one of the return token also says which attempt
 * it belongs to, and the database takes an attempt of a payment once: under other identifiers it is never opened again.
 */
export const rowsOf = (paymentId: string, { attempt, returnToken, positions }: OpenPayload): SideRow[] => [
  {
    table: 'payments.return_token',
    key: 'return_token',
    row: { return_token: returnToken, payment_id: paymentId, attempt },
  },
  ...positions.map(({ idPagamento }) => ({
    table: 'payments.id_pagamento',
    key: 'id_pagamento',
    row: { id_pagamento: idPagamento, payment_id: paymentId },
  })),
];
