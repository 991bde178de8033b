import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the payments know beside their snapshots: sealed personal data (deletable on their own), the indexes from
 * IRIS's identifiers and return tokens to a payment, incidents and attestations.
 *
 * The IUV sequence starts at the time of its creation in milliseconds, so that a database that was made anew never
 * meets the numbers of the one before it: an IUV is never given twice by the same creditor.
 */
export class PaymentsSchema1763900000101 implements MigrationInterface {
  readonly name = 'PaymentsSchema1763900000101';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA payments;

      CREATE TABLE payments.practice (
        practice_id text PRIMARY KEY,
        practice_type text NOT NULL,
        fingerprint text NOT NULL,
        return_url text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT engine.clock()
      );

      CREATE TABLE payments.payer (
        practice_id text PRIMARY KEY,
        sealed bytea NOT NULL
      );

      CREATE TABLE payments.charge (
        payment_id text PRIMARY KEY,
        practice_id text NOT NULL,
        kind text NOT NULL,
        amount_cents bigint NOT NULL CHECK (amount_cents > 0),
        sealed bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT engine.clock()
      );
      CREATE INDEX charge_of_practice ON payments.charge (practice_id);

      CREATE TABLE payments.id_pagamento (
        id_pagamento text PRIMARY KEY,
        payment_id text NOT NULL
      );

      CREATE TABLE payments.return_token (
        return_token text PRIMARY KEY,
        payment_id text NOT NULL
      );

      CREATE TABLE payments.incident (
        incident_id text PRIMARY KEY,
        kind text NOT NULL,
        instance_id text,
        id_pagamento text,
        id_transazione text,
        amount_cents bigint,
        facts text NOT NULL,
        allowed_resolutions text[] NOT NULL,
        state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'resolved')),
        opened_at timestamptz NOT NULL DEFAULT engine.clock()
      );
      CREATE INDEX incident_open ON payments.incident (opened_at, incident_id) WHERE state = 'open';

      CREATE TABLE payments.attestation (
        id_pagamento text PRIMARY KEY,
        payment_id text NOT NULL,
        kind text NOT NULL,
        content_type text NOT NULL,
        sha256 text NOT NULL,
        sealed bytea NOT NULL,
        received_at timestamptz NOT NULL DEFAULT engine.clock()
      );
      CREATE INDEX attestation_of_payment ON payments.attestation (payment_id);

      DO $$ BEGIN
        EXECUTE format(
          'CREATE SEQUENCE payments.iuv_base AS bigint START %s INCREMENT 100',
          floor(extract(epoch FROM engine.clock()) * 1000)
        );
      END $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP SCHEMA payments CASCADE');
  }
}
