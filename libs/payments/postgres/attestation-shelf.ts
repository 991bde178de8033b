import type { DataSource } from 'typeorm';
import { In } from 'typeorm';
import { coalesce } from '#libs/engine';
import type { Sealer } from '#libs/platform';
import { Attestation } from './entities.js';
import type { AttestationRow } from './entities.js';

type NewRow = Omit<AttestationRow, 'receivedAt' | 'erasedAt'>;

/** A proof of payment, as it came. */
export type CheckedAttestation = Omit<NewRow, 'sealed'> & { readonly content: Buffer };

/** What may be told of an attestation without opening it. */
export type AttestationLabel = Omit<AttestationRow, 'sealed' | 'iubd'>;

const LABEL = {
  idPagamento: true,
  paymentId: true,
  kind: true,
  contentType: true,
  sha256: true,
  source: true,
  receivedAt: true,
  erasedAt: true,
} as const satisfies Record<keyof AttestationLabel, true>;

/** Proofs of payment, sealed: they carry names. Each position's is stored once. */
export class AttestationShelf {
  readonly #insert: (row: NewRow) => Promise<boolean>;

  /** Attestations that come at once are stored in one statement. */
  constructor(
    private readonly source: DataSource,
    private readonly sealer: Sealer,
  ) {
    this.#insert = coalesce((rows: readonly NewRow[]) => this.#insertAll(rows));
  }

  /** False when its IUBD is another position's: then nothing is stored. What is there already stays as it is. */
  store({ content, ...row }: CheckedAttestation): Promise<boolean> {
    const sealed = this.sealer.seal(content.toString('base64'), `attestation/${row.idPagamento}`);
    return this.#insert({ ...row, sealed });
  }

  /** In the order in which they came. */
  listOf(paymentId: string): Promise<AttestationLabel[]> {
    return this.source
      .getRepository(Attestation)
      .find({ select: LABEL, where: { paymentId }, order: { receivedAt: 'ASC', idPagamento: 'ASC' } });
  }

  /** Its content is null once it was erased. */
  async read(paymentId: string, idPagamento: string): Promise<(AttestationLabel & { content: Buffer | null }) | null> {
    const row = await this.source.getRepository(Attestation).findOneBy({ paymentId, idPagamento });
    if (!row) return null;
    const { sealed, ...label } = row;
    return {
      ...label,
      content: sealed && Buffer.from(this.sealer.open(sealed, `attestation/${idPagamento}`) as string, 'base64'),
    };
  }

  async #insertAll(rows: readonly NewRow[]): Promise<boolean[]> {
    const written = await this.source
      .createQueryBuilder()
      .insert()
      .into(Attestation)
      .values([...rows])
      .orIgnore()
      .returning('id_pagamento')
      .execute();
    const inserted = new Set((written.raw as readonly { id_pagamento: string }[]).map((row) => row.id_pagamento));
    const others = rows.map((row) => row.idPagamento).filter((id) => !inserted.has(id));
    const known = others.length > 0 ? await this.#idsAmong(others) : new Set<string>();
    return rows.map(({ idPagamento }) => inserted.has(idPagamento) || known.has(idPagamento));
  }

  async #idsAmong(ids: readonly string[]): Promise<Set<string>> {
    const found = await this.source
      .getRepository(Attestation)
      .find({ select: { idPagamento: true }, where: { idPagamento: In([...ids]) } });
    return new Set(found.map((row) => row.idPagamento));
  }
}
