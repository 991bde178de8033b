import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A stamp duty exists once: its IUBD stands for one position. Rows from before the checks stay as they are. */
export class CheckedAttestations1763900000111 implements MigrationInterface {
  readonly name = 'CheckedAttestations1763900000111';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payments.attestation
        ADD COLUMN iubd text UNIQUE,
        ADD COLUMN source text NOT NULL DEFAULT 'irisPoll',
        ADD CONSTRAINT stamp_has_iubd CHECK ((kind = 'bolli') = (iubd IS NOT NULL)) NOT VALID;
      ALTER TABLE payments.attestation ALTER COLUMN source DROP DEFAULT;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payments.attestation DROP CONSTRAINT stamp_has_iubd, DROP COLUMN iubd, DROP COLUMN source;
    `);
  }
}
