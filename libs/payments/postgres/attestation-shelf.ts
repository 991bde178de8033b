import type { DataSource } from 'typeorm';
import { coalesce } from '#libs/engine';
import type { Sealer } from '#libs/platform';
import { Attestation } from './entities.js';
import type { AttestationRow } from './entities.js';

type NewRow = Omit<AttestationRow, 'receivedAt'>;

/** Proofs of payment, sealed: they carry names. Each position's is stored once. */
export class AttestationShelf {
  readonly #insert: (row: NewRow) => Promise<true>;

  /** Attestations that come at once are stored in one statement. */
  constructor(
    source: DataSource,
    private readonly sealer: Sealer,
  ) {
    this.#insert = coalesce(async (rows: readonly NewRow[]) => {
      await source
        .createQueryBuilder()
        .insert()
        .into(Attestation)
        .values([...rows])
        .orIgnore()
        .execute();
      return rows.map(() => true as const);
    });
  }

  async store(
    paymentId: string,
    kind: string,
    idPagamento: string,
    attestation: { readonly contentType: string; readonly content: Buffer; readonly sha256: string },
  ): Promise<void> {
    const { contentType, content, sha256 } = attestation;
    const sealed = this.sealer.seal(content.toString('base64'), `attestation/${idPagamento}`);
    await this.#insert({ idPagamento, paymentId, kind, contentType, sha256, sealed });
  }
}
