import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The request that a decision or an effect goes back to. A column without a default changes the catalogue alone, so this takes
 * no longer on a large table, and reaches the partitions of one that has them. It is in no index: who looks for a request
 * finds the payment in the log, and its history by that.
 */
export class RequestIds1763900000005 implements MigrationInterface {
  readonly name = 'RequestIds1763900000005';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`alter table ${table} add column request_id text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`alter table ${table} drop column request_id`);
  }
}

const TABLES = ['engine.transition', 'engine.effect', 'engine.effect_log'];
