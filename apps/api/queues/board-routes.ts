import type { BeforeHook } from '@bull-board/api/typings/app';

/** What is asked of the board, by any of its readers. Each answer here has been looked at for personal data. */
const READ: ReadonlySet<string> = new Set([
  '/api/redis/stats',
  '/api/queues',
  '/api/job-schedulers',
  '/api/queues/:queueName/metrics',
  '/api/queues/:queueName/default-job-options',
  '/api/queues/:queueName/workers',
  '/api/queues/:queueName/rate-limit',
  '/api/queues/:queueName/job-data-schema',
  '/api/queues/:queueName/:jobId',
  '/api/queues/:queueName/:jobId/flow',
  '/api/queues/:queueName/:jobId/logs',
]);

/**
 * What an operator may change. Not among it: to add a job or to write its data, because a command is for its caller to
 * give; and to obliterate a queue.
 */
const CHANGE: ReadonlySet<string> = new Set([
  '/api/queues/pause',
  '/api/queues/resume',
  '/api/queues/:queueName/pause',
  '/api/queues/:queueName/resume',
  '/api/queues/:queueName/promote',
  '/api/queues/:queueName/retry/:queueStatus',
  '/api/queues/:queueName/clean/:queueStatus',
  '/api/queues/:queueName/empty',
  '/api/queues/:queueName/:jobId/promote',
  '/api/queues/:queueName/:jobId/retry',
  '/api/queues/:queueName/:jobId/clean',
]);

/** Refuses every route of the board that is not named here, those of a later version included. */
export const allowKnownRoutes: BeforeHook = ({ method, route }) => ({
  allow: method === 'get' ? READ.has(route) : method === 'put' && CHANGE.has(route),
});
