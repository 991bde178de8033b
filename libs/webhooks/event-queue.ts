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
/** Twice as long after each failure of the consumer: 4 s, 8 s… 36 h, three days in all, as webhooks are tried. */
const TRIES = { attempts: 17, backoff: { type: 'exponential', delay: 4_000 } } as const;
/** What no try got through stays for a look and a retry, as long as the outbox keeps the event. */
const KEEP_FAILED_SECONDS = 90 * 86_400;

/**
 * Jobs wait until somebody consumes them, in order; one that its consumer fails with comes again after those behind it. A
 * consumed job is kept for an hour, so that its name is not taken twice.
 */
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
          ...TRIES,
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
