import { engineMigrations, migrate } from '#libs/engine';
import { PaymentsSchema1763900000101 } from './0001-payments-schema.js';
import { OneOpenAttempt1763900000105 } from './0002-one-open-attempt.js';
import { IncidentResolutions1763900000110 } from './0003-incident-resolutions.js';
import { CheckedAttestations1763900000111 } from './0004-checked-attestations.js';
import { EventsOut1763900000120 } from './0005-events-out.js';
import { ApiAccess1763900000115 } from './0005-api-access.js';
import { EventRequestIds1763900000125 } from './0006-event-request-ids.js';
import { Erasures1763900000130 } from './0007-erasures.js';

const paymentsMigrations = [
  PaymentsSchema1763900000101,
  OneOpenAttempt1763900000105,
  IncidentResolutions1763900000110,
  CheckedAttestations1763900000111,
  EventsOut1763900000120,
  ApiAccess1763900000115,
  EventRequestIds1763900000125,
  Erasures1763900000130,
];

/**
 * Brings a database to what this build needs: the engine's tables, the payments' and the embedded queue's. Safe to
 * run twice at once.
 * @param url of a PostgreSQL database, 15 or later.
 */
export const migrateAll = (url: string): Promise<void> =>
  migrate(url, [...engineMigrations, ...paymentsMigrations], { queue: true });
