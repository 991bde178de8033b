import type { QueueBackend } from '#libs/engine';
import { openQueueServer } from '#libs/engine';
import type { CloudEvent } from './cloud-event.js';

/** Where consumers who prefer a queue to webhooks find the events: one job an event, its data the CloudEvent. */
export const EVENT_QUEUE = 'payment-events';

export interface EventQueue {
  /** Rejects when the queue cannot be reached in time. One that is there already is not added again. */
  add(events: readonly CloudEvent[]): Promise<void>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 5_000;
/** A consumer's failed jobs stay for a week, for a look and a retry. */
const KEEP_FAILED_SECONDS = 7 * 86_400;

/** Jobs wait until somebody consumes them. A consumed job is kept for an hour, so that its name is not taken twice. */
export function openEventQueue(options: { readonly backend: QueueBackend; readonly prefix: string }): EventQueue {
  const server = openQueueServer(options.backend, options.prefix);
  const queue = server.openQueue(EVENT_QUEUE);
  return {
    async add(events) {
      await server.connected();
      const jobs = events.map((event) => ({
        name: event.type,
        data: event,
        opts: {
          jobId: event.id,
          removeOnComplete: { age: 3_600 },
          removeOnFail: { age: KEEP_FAILED_SECONDS },
        },
      }));
      await withinTime(queue.addBulk(jobs));
    },
    async close() {
      server.disconnect();
      await queue.close();
    },
  };
}

async function withinTime(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the queue did not answer in ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
  });
  try {
    await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
