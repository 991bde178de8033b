/** The door of the testkit. Only specs import it: it is no part of what runs. */

export { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from './database.js';
export { setClockAhead, stopClock } from './engine/clock.js';
export { describeOnEachQueue, describeOnRedis, type QueueLeg } from './queue-legs.js';
