import { describeCrashes } from './crash-suite.js';

/** The embedded default: PostgreSQL holds the queues too. */
describeCrashes('postgres');
