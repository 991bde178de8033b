/** The figures of a process and of the installation, for Prometheus. It counts what others tell it, and decides nothing. */

export { Metrics } from './metrics.js';
export type { Installation } from './installation.js';
export { gaugeInstallation } from './installation.js';
export { countCommands, countDecisions, countEffects, timeExchanges, timeRequests } from './counters.js';
export type { MeasuredRequest } from './counters.js';
