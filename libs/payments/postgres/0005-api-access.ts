import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who may call the API, and what it answered. Of a key only the digest of its secret is kept. The row of an idempotency
 * key is a side row of its command's event, so it is there exactly when the command was applied; the answer follows.
 */
export class ApiAccess1763900000115 implements MigrationInterface {
  readonly name = 'ApiAccess1763900000115';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE payments.api_key (
        key_id text PRIMARY KEY,
        name text NOT NULL,
        role text NOT NULL CHECK (role IN ('service', 'viewer', 'operator', 'admin')),
        secret_sha256 bytea NOT NULL CHECK (octet_length(secret_sha256) = 32),
        created_at timestamptz NOT NULL DEFAULT engine.clock(),
        revoked_at timestamptz
      );

      CREATE TABLE payments.idempotency_key (
        key_hash text PRIMARY KEY,
        caller text NOT NULL,
        route text NOT NULL,
        fingerprint text NOT NULL,
        instance_id text,
        created_at timestamptz NOT NULL DEFAULT engine.clock(),
        answer bytea
      );
      CREATE INDEX idempotency_key_oldest ON payments.idempotency_key (created_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE payments.api_key, payments.idempotency_key');
  }
}
