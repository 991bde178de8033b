import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Sealed data may be erased while the rest of its row stays: what was paid, when, by which stamp. That it was erased, by whom
 * and how much, is written down with it, and never changed.
 */
export class Erasures1763900000130 implements MigrationInterface {
  readonly name = 'Erasures1763900000130';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payments.charge ALTER COLUMN sealed DROP NOT NULL;
      ALTER TABLE payments.attestation ALTER COLUMN sealed DROP NOT NULL, ADD COLUMN erased_at timestamptz;
      CREATE INDEX attestation_kept ON payments.attestation (received_at, id_pagamento) WHERE sealed IS NOT NULL;

      CREATE TABLE payments.erasure (
        erasure_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        practice_id text NOT NULL,
        because text NOT NULL CHECK (because IN ('request', 'retention')),
        erased_by text NOT NULL,
        payers int NOT NULL,
        charges int NOT NULL,
        attestations int NOT NULL,
        erased_at timestamptz NOT NULL DEFAULT engine.clock()
      );
      CREATE INDEX erasure_of_practice ON payments.erasure (practice_id);

      CREATE FUNCTION payments.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'payments.% is append only (% refused)', tg_table_name, tg_op;
      END $$;
      CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON payments.erasure
        FOR EACH ROW EXECUTE FUNCTION payments.refuse_change();
    `);
  }

  /** What was erased cannot be sealed again, so a table from which something was erased stays as it is. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE payments.erasure;
      DROP FUNCTION payments.refuse_change();
      DROP INDEX payments.attestation_kept;
      ALTER TABLE payments.attestation DROP COLUMN erased_at, ALTER COLUMN sealed SET NOT NULL;
      ALTER TABLE payments.charge ALTER COLUMN sealed SET NOT NULL;
    `);
  }
}
