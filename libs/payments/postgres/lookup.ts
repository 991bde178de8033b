import type { DataSource } from 'typeorm';
import { In } from 'typeorm';
import type { ChargeRequest, Payer } from '../requests/practice-request.js';
import { coalesce } from '#libs/engine';
import type { Sealer } from '#libs/platform';
import { isReturnToken } from '../identifiers.js';
import { Charge, IdPagamento, PayerEntity, Practice } from './entities.js';
import type { ChargeRow, PayerRow } from './entities.js';

interface ReturnRow {
  readonly returnToken: string;
  readonly paymentId: string;
  readonly returnUrl: string;
}

const RETURNS = `
  select token.return_token as "returnToken", token.payment_id as "paymentId", practice.return_url as "returnUrl"
  from payments.return_token token
  join payments.charge using (payment_id)
  join payments.practice using (practice_id)
  where token.return_token = any($1::text[])`;

/** Finds what the snapshots do not hold: payments by IRIS's identifiers, return addresses, sealed data. */
export class PaymentLookup {
  readonly #returns: (token: string) => Promise<ReturnRow | null>;
  readonly #payers: (practiceId: string) => Promise<PayerRow | null>;
  readonly #charges: (paymentId: string) => Promise<ChargeRow | null>;

  /** The reads of the hot path share their round trips. */
  constructor(
    private readonly source: DataSource,
    private readonly sealer: Sealer,
  ) {
    this.#returns = rowByKey('returnToken', (tokens) => source.query<ReturnRow[]>(RETURNS, [tokens]));
    this.#payers = rowByKey('practiceId', (ids) =>
      source.getRepository(PayerEntity).findBy({ practiceId: In([...ids]) }),
    );
    this.#charges = rowByKey('paymentId', (ids) => source.getRepository(Charge).findBy({ paymentId: In([...ids]) }));
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

  /** Of the content the practice was opened with; null when there is no such practice. */
  async fingerprint(practiceId: string): Promise<string | null> {
    const row = await this.source.getRepository(Practice).findOneBy({ practiceId });
    return row?.fingerprint ?? null;
  }

  /** Personal data: for the message to IRIS and nothing else. Null once it was erased. */
  async payer(practiceId: string): Promise<Payer | null> {
    const row = await this.#payers(practiceId);
    return row && (this.sealer.open(row.sealed, `payer/${practiceId}`) as Payer);
  }

  async charge(paymentId: string): Promise<ChargeRequest | null> {
    const row = await this.#charges(paymentId);
    return row && (this.sealer.open(row.sealed, `charge/${paymentId}`) as ChargeRequest);
  }
}

/** Reads rows by one key, many at a time. */
function rowByKey<Row>(
  key: keyof Row,
  read: (keys: readonly string[]) => Promise<readonly Row[]>,
): (key: string) => Promise<Row | null> {
  return coalesce(async (keys: readonly string[]) => {
    const rows = new Map((await read(keys)).map((row) => [row[key] as unknown, row]));
    return keys.map((asked) => rows.get(asked) ?? null);
  });
}
