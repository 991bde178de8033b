import { effectSuite } from './effect-suite.js';
import type { StoreGround } from './ground.js';
import { intakeSuite } from './intake-suite.js';
import { relaySuite } from './relay-suite.js';
import { replaySuite } from './replay-suite.js';
import { requestSuite } from './request-suite.js';

/**
 * Everything the engine promises of a store, as claims that can fail.
 * @param make a store that nobody else uses
 */
export function storeSuite(make: () => Promise<StoreGround>): void {
  intakeSuite(make);
  effectSuite(make);
  relaySuite(make);
  replaySuite(make);
  requestSuite(make);
}
