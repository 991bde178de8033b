/** What specs need to try an engine: an exemplar machine, a bench, a clock, and the conformance suites. */

export { freshBench, newParcelId, RecordingQueue, recordingLog } from './bench.js';
export type { Bench } from './bench.js';
export { setClockAhead } from './clock.js';
export { createEngineDatabase } from './database.js';
export type { EngineDatabase } from './database.js';
export type { Label, StoreGround } from './ground.js';
export { untilTrue } from './deadline.js';
export { arrive, CarrierWorld, parcelMachine, parcelRegistry } from './exemplar.js';
export type { ParcelEvent } from './exemplar.js';
export { postgresSuite } from './postgres-suite.js';
export { storeSuite } from './store-suite.js';
export { wakeQueueSuite } from './wake-queue-suite.js';
export type { WakeQueueBench } from './wake-queue-suite.js';
