import { describe, it } from '@jest/globals';
import { hasRedisServer } from '#libs/platform';
import { describeLedger } from './ledger-suite.js';

/** As production has it: PostgreSQL holds the data and Redis the queues. */
if (hasRedisServer()) describeLedger('redis');
else {
  describe.skip('with the queues on Redis (skipped: redis-server is not installed)', () => {
    it('no euro is lost', () => undefined);
  });
}
