import { describeLedger } from './ledger-suite.js';

/** The embedded default: PostgreSQL holds the queues too. */
describeLedger('postgres');
