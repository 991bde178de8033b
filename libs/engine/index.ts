/** The door of the engine: how anything happens, once and durably. It knows XState and no payments. */

export * from './core/event.js';
export * from './core/effect.js';
export * from './core/decision.js';
export * from './core/ports.js';
export * from './core/errors.js';
export * from './core/retry.js';
export { advance, statePath, timerKey } from './core/advance.js';
export { canonicalJson } from './core/canonical-json.js';

export { Intake } from './runtime/intake.js';
export type { IntakeOptions } from './runtime/intake.js';
export { Relay } from './runtime/relay.js';
export type { RelayOptions } from './runtime/relay.js';
export { Runner } from './runtime/runner.js';
export type { RunnerOptions } from './runtime/runner.js';
export type { Pause, Waits } from './runtime/waits.js';
export type { EngineLog } from './runtime/log.js';
export type { EffectParked } from './runtime/settlement.js';

export { coalesce } from './postgres/coalesce.js';
export { createStore } from './postgres/store.js';
export { onConnection } from './postgres/transaction.js';
export type { Store, TakenIn } from './postgres/store.js';
export type { LeaseTerms, RungEffect, Ringing } from './postgres/claim.js';
export type { Listening } from './postgres/doorbell.js';
export { eventName } from './postgres/lock.js';
export type { Asked, Found } from './postgres/lock.js';
export { isDueNow } from './postgres/write.js';
export type { ArmedEffect, RemovedEffect, RescheduledEffect, Writes, WrittenInstance } from './postgres/write.js';
export type {
  InstanceQuery,
  Page,
  StoredEffect,
  StoredInstance,
  StoredTimer,
  TransitionRecord,
} from './postgres/read.js';
export { isTransient, mayPassLater } from './postgres/failure.js';
export { fingerprintOf } from './postgres/versions.js';
export { migrate } from './postgres/migrate.js';
export type { MigrationClass } from './postgres/migrate.js';
export { engineMigrations } from './postgres/migrations/index.js';

export { createWakeQueue, readWakeJob, wakeQueueName } from './bullmq/wake-queue.js';
export type { WakeJob } from './bullmq/wake-queue.js';
export { openQueueBackend, openWorkerConnection, useQueueBackend, wakeWorkerOptions } from './bullmq/backend.js';
export type { OpenedBackend, QueueBackend, WorkerConnection } from './bullmq/backend.js';
export { openServer as openQueueServer } from './bullmq/server.js';
export type { QueueServer } from './bullmq/server.js';
export type { RedisAddress } from './bullmq/redis.js';
export { runQueueMigrations } from './bullmq/queue-migrations.js';
export * from './core/describe.js';
