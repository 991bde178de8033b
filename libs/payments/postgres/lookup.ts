import type { DataSource } from 'typeorm';
import { In } from 'typeorm';
import type { ChargeRequest, Payer } from '../requests/practice-request.js';
import type { Sealer } from '#libs/platform';
import { Charge, IdPagamento, PayerEntity, Practice, ReturnToken } from './entities.js';

/** Finds what the snapshots do not hold: payments by IRIS's identifiers, return addresses, sealed data. */
export class PaymentLookup {
  constructor(
    private readonly source: DataSource,
    private readonly sealer: Sealer,
  ) {}

  async paymentByReturnToken(token: string): Promise<string | null> {
    const row = await this.source.getRepository(ReturnToken).findOneBy({ returnToken: token });
    return row?.paymentId ?? null;
  }

  /** IdPagamento -> payment id, for those that are ours. */
  async paymentsByIdPagamento(ids: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.source.getRepository(IdPagamento).findBy({ idPagamento: In([...ids]) });
    return new Map(rows.map((row) => [row.idPagamento, row.paymentId]));
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
