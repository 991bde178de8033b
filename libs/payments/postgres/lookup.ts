import type { Pool, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import { In } from 'typeorm';
import type { ChargeRequest, Payer } from '../requests/practice-request.js';
import { coalesce } from '#libs/engine';
import type { Sealer } from '#libs/platform';
import { isReturnToken } from '../identifiers.js';
import { Charge, IdPagamento } from './entities.js';

interface ReturnRow {
  readonly returnToken: string;
  readonly paymentId: string;
  readonly returnUrl: string;
}

const RETURNS = {
  name: 'payments.returns',
  text: `
  select token.return_token as "returnToken", token.payment_id as "paymentId", practice.return_url as "returnUrl"
  from payments.return_token token
  join payments.charge using (payment_id)
  join payments.practice using (practice_id)
  where token.return_token = any($1::text[])`,
};

interface SealedRow {
  readonly paymentId: string;
  readonly practiceId: string;
  /** Null once it was erased, as the payer. */
  readonly charge: Buffer | null;
  readonly payer: Buffer | null;
}

const SEALED = {
  name: 'payments.sealed',
  text: `
  select charge.payment_id as "paymentId", charge.practice_id as "practiceId", charge.sealed as charge,
         payer.sealed as payer
  from payments.charge left join payments.payer using (practice_id)
  where charge.payment_id = any($1::text[])`,
};

/** The content of a practice as far as it can be compared without being opened. */
export interface SentContent {
  readonly fingerprint: string;
  /** False once the payer was erased. */
  readonly hasPayer: boolean;
}

const SENT = `
  select practice.fingerprint, payer.practice_id is not null as "hasPayer"
  from payments.practice left join payments.payer using (practice_id)
  where practice_id = $1`;

/** What IRIS must be told and no snapshot holds. */
export interface PersonalData {
  readonly charge: ChargeRequest;
  readonly payer: Payer;
}

/** Finds what the snapshots do not hold: payments by IRIS's identifiers, return addresses, sealed data. */
export class PaymentLookup {
  readonly #returns: (token: string) => Promise<ReturnRow | null>;
  readonly #sealed: (paymentId: string) => Promise<SealedRow | null>;

  /** @param pool for what each payment needs on its way: prepared, and asked about many at once. */
  constructor(
    private readonly source: DataSource,
    private readonly sealer: Sealer,
    pool: Pool,
  ) {
    this.#returns = rowByKey(pool, RETURNS, 'returnToken');
    this.#sealed = rowByKey(pool, SEALED, 'paymentId');
  }

  /** Whose return address holds this token, and where PORTOS wants that payer back. */
  async returnOf(token: string): Promise<{ readonly paymentId: string; readonly returnUrl: string } | null> {
    return isReturnToken(token) ? this.#returns(token) : null;
  }

  /** IdPagamento -> payment id, for those that are ours. */
  async paymentsByIdPagamento(ids: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.source.getRepository(IdPagamento).findBy({ idPagamento: In([...ids]) });
    return new Map(rows.map((row) => [row.idPagamento, row.paymentId]));
  }

  /**
   * Payments that `text` names: by their own id, their practice's, or a position's IdPagamento, which is its IUV too.
   */
  async paymentsNamed(text: string): Promise<string[]> {
    const [charges, position] = await Promise.all([
      this.source
        .getRepository(Charge)
        .find({ select: { paymentId: true }, where: [{ practiceId: text }, { paymentId: text }] }),
      this.source.getRepository(IdPagamento).findOneBy({ idPagamento: text }),
    ]);
    return [...charges, ...(position ? [position] : [])].map((row) => row.paymentId);
  }

  /** What the practice was sent with; null when there is no such practice. */
  async sentContent(practiceId: string): Promise<SentContent | null> {
    const [row] = await this.source.query<SentContent[]>(SENT, [practiceId]);
    return row ?? null;
  }

  /** Base64 of the SHA-256 that one stamp duty was asked for; null for a fee, or when there is no such item. */
  async documentHash(paymentId: string, item: number): Promise<string | null> {
    const content = await this.contentOf(paymentId);
    return content?.charge.kind === 'bolli' ? (content.charge.stampDuties[item - 1]?.documentHash ?? null) : null;
  }

  /** For the message to IRIS. Null once it was erased. */
  async personalData(paymentId: string): Promise<PersonalData | null> {
    const content = await this.contentOf(paymentId);
    return content?.payer ? { charge: content.charge, payer: content.payer } : null;
  }

  /**
   * What a payment was asked for, and of whom, for the message to IRIS and to compare it. The payer may be erased; null once
   * what was asked for is.
   */
  async contentOf(paymentId: string): Promise<{ readonly charge: ChargeRequest; readonly payer: Payer | null } | null> {
    const row = await this.#sealed(paymentId);
    if (!row?.charge) return null;
    return {
      charge: this.sealer.open(row.charge, `charge/${paymentId}`) as ChargeRequest,
      payer: row.payer ? (this.sealer.open(row.payer, `payer/${row.practiceId}`) as Payer) : null,
    };
  }
}

/** Reads rows by one key, many at a time. */
function rowByKey<Row extends QueryResultRow>(
  pool: Pool,
  statement: { readonly name: string; readonly text: string },
  key: keyof Row,
): (key: string) => Promise<Row | null> {
  return coalesce(async (keys: readonly string[]) => {
    const { rows } = await pool.query<Row>({ ...statement, values: [keys] });
    const byKey = new Map(rows.map((row) => [row[key] as unknown, row]));
    return keys.map((asked) => byKey.get(asked) ?? null);
  });
}
