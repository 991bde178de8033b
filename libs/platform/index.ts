/** The door of the platform: what every process needs and what has nothing to do with payments. */

export type { AccessConfig, JwtConfig } from './access-config.js';
export type { RetentionConfig } from './retention-config.js';
export {
  type Config,
  ConfigurationFaulty,
  type IrisConfig,
  type LogLevel,
  readConfig,
  type Timings,
  type WebhooksConfig,
} from './config.js';
export type { Credentials, Environment, Fault } from './environment.js';
export { formatDuration, parseDuration } from './durations.js';
export { createSealer, SealBroken, type Sealer } from './sealing.js';
export { createLogger, frameworkLogger, type FrameworkLogger, keptLogger, type Logger } from './logging.js';
export { holdsPersonalData, looksPersonal, withoutPersonalData } from './personal-data.js';
export { type StartedProcess, startProcess, type Stoppable } from './process.js';
export { createPool, type PoolOptions } from './database.js';
export { assertDatabaseAnswers, DatabaseUnusable } from './database-answers.js';
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  findEmbeddedPostgres,
  isEmbeddedPostgresInUse,
  removeEmbeddedPostgres,
  startEmbeddedPostgres,
} from './embedded/start.js';
export { freePort } from './embedded/port.js';
export type { LauncherLog } from './embedded/launch.js';
export {
  DatabasePortBusy,
  DataFolderInUse,
  DataFolderUnusable,
  PlatformUnsupported,
  ServerDidNotStart,
} from './embedded/faults.js';
export {
  hasRedisServer,
  type RedisCluster,
  type RedisServer,
  startRedisCluster,
  startRedisServer,
} from './redis-server.js';
