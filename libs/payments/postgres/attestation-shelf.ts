import type { DataSource } from 'typeorm';
import type { Sealer } from '#libs/platform';
import { Attestation } from './entities.js';

/** Proofs of payment, sealed: they carry names. Each position's is stored once. */
export class AttestationShelf {
  constructor(
    private readonly source: DataSource,
    private readonly sealer: Sealer,
  ) {}

  async store(
    paymentId: string,
    kind: string,
    idPagamento: string,
    attestation: { readonly contentType: string; readonly content: Buffer; readonly sha256: string },
  ): Promise<void> {
    const { contentType, content, sha256 } = attestation;
    const sealed = this.sealer.seal(content.toString('base64'), `attestation/${idPagamento}`);
    await this.source
      .createQueryBuilder()
      .insert()
      .into(Attestation)
      .values({ idPagamento, paymentId, kind, contentType, sha256, sealed })
      .orIgnore()
      .execute();
  }
}
