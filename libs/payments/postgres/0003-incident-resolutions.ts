import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What operators decided about incidents. A decision is a side row of the event that carries it, so it is there exactly
 * when its machine took it in, and its key is the incident's: an incident is decided once.
 */
export class IncidentResolutions1763900000110 implements MigrationInterface {
  readonly name = 'IncidentResolutions1763900000110';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE payments.incident_resolution (
        incident_id text PRIMARY KEY,
        resolution text NOT NULL CHECK (resolution IN ('settle', 'refund', 'refunded', 'dismiss', 'redriven')),
        reason text NOT NULL,
        resolved_by text NOT NULL,
        resolved_at timestamptz NOT NULL DEFAULT engine.clock()
      );

      DROP INDEX payments.incident_open;
      ALTER TABLE payments.incident DROP COLUMN state, ADD COLUMN effect_key text;
      CREATE INDEX incident_newest ON payments.incident (opened_at DESC, incident_id DESC);
      CREATE INDEX incident_of_instance ON payments.incident (instance_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE payments.incident_resolution;
      DROP INDEX payments.incident_newest, payments.incident_of_instance;
      ALTER TABLE payments.incident
        ADD COLUMN state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'resolved')), DROP COLUMN effect_key;
      CREATE INDEX incident_open ON payments.incident (opened_at, incident_id) WHERE state = 'open';
    `);
  }
}
