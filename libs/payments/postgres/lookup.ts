import type { DataSource } from 'typeorm';
import { In } from 'typeorm';
import type { ChargeRequest, Payer } from '../requests/practice-request.js';
import type { Sealer } from '#libs/platform';
import { isReturnToken } from '../identifiers.js';
import { Charge, IdPagamento, PayerEntity, Practice, ReturnToken } from './entities.js';

/** Finds what the snapshots do not hold: payments by IRIS's identifiers, return addresses, sealed data. */
export class PaymentLookup {
  constructor(
    private readonly source: DataSource,
    private readonly sealer: Sealer,
  ) {}

  async paymentByReturnToken(token: string): Promise<string | null> {
    if (!isReturnToken(token)) return null;
    const row = await this.source.getRepository(ReturnToken).findOneBy({ returnToken: token });
    return row?.paymentId ?? null;
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

  /** Where PORTOS wants the payer back. */
  async returnUrl(practiceId: string): Promise<string> {
    const row = await this.source.getRepository(Practice).findOneByOrFail({ practiceId });
    return row.returnUrl;
  }

  /** Personal data: for the message to IRIS and nothing else. Null once it was erased. */
  async payer(practiceId: string): Promise<Payer | null> {
    const row = await this.source.getRepository(PayerEntity).findOneBy({ practiceId });
    return row && (this.sealer.open(row.sealed, `payer/${practiceId}`) as Payer);
  }

  async charge(paymentId: string): Promise<ChargeRequest | null> {
    const row = await this.source.getRepository(Charge).findOneBy({ paymentId });
    return row && (this.sealer.open(row.sealed, `charge/${paymentId}`) as ChargeRequest);
  }
}
