import type { Instance } from '#libs/engine';
import type { StoredIncident } from '#libs/payments';
import type { SimulatedDatabase } from './database.js';
import { incidentsOf } from './records.js';

/** What a system has stored, as people read it who look at it from outside: of a simulated world, or of a real one. */
export interface Archive {
  readonly instances: ReadonlyMap<string, Instance>;
  incidents(): readonly StoredIncident[];
}

export const archiveOf = (database: SimulatedDatabase): Archive => ({
  instances: database.instances,
  incidents: () => incidentsOf(database),
});
