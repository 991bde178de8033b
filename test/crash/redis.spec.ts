import { describe, it } from '@jest/globals';
import { hasRedisServer } from '#libs/platform';
import { describeCrashes } from './crash-suite.js';

/** As production has it: PostgreSQL holds the data and Redis the queues. */
if (hasRedisServer()) describeCrashes('redis');
else {
  describe.skip('with the queues on Redis (skipped: redis-server is not installed)', () => {
    it('payments survive every crash', () => undefined);
  });
}
