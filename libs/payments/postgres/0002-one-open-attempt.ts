import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One open attempt per payment, whatever the code does. An attempt is open from its opening until the next one opens, so
 * two things must never happen: that one number is opened twice, and that two openings are under way at once. Both are
 * refused here, with everything that came in the same transaction. A parked opening is given up, and not under way.
 *
 * Return tokens that were given out before carry no number.
 */
export class OneOpenAttempt1763900000105 implements MigrationInterface {
  readonly name = 'OneOpenAttempt1763900000105';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payments.return_token
        ADD COLUMN attempt int,
        ADD CONSTRAINT attempt_opened_once UNIQUE (payment_id, attempt);

      CREATE UNIQUE INDEX one_opening_under_way ON engine.effect (instance_id)
        WHERE type = 'iris.open' AND status = 'pending';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX engine.one_opening_under_way;
      ALTER TABLE payments.return_token DROP COLUMN attempt;
    `);
  }
}
