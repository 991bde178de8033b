import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The request that an event out goes back to, told with it. */
export class EventRequestIds1763900000125 implements MigrationInterface {
  readonly name = 'EventRequestIds1763900000125';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payments.event ADD COLUMN request_id text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payments.event DROP COLUMN request_id');
  }
}
