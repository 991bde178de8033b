import type { EngineDatabase } from './database.js';
import { effectSuite } from './effect-suite.js';
import { intakeSuite } from './intake-suite.js';
import { relaySuite } from './relay-suite.js';
import { replaySuite } from './replay-suite.js';

/**
 * Everything the engine promises of a store, as claims that can fail.
 * @param make a migrated database that nobody else uses
 */
export function storeSuite(make: () => Promise<EngineDatabase>): void {
  intakeSuite(make);
  effectSuite(make);
  relaySuite(make);
  replaySuite(make);
}
