import type { Queue } from 'bullmq';
import { EFFECT_CLASSES, openQueueBackend, openQueueServer, wakeQueueName } from '#libs/engine';
import { COMMAND_QUEUE, QUEUE_PREFIX } from '#libs/payments';
import { EVENT_QUEUE } from '#libs/webhooks';

/** Where the queues live: the Redis of `redisUrls` if there are any, else the database. */
export interface QueuePlace {
  readonly databaseUrl: string;
  readonly redisUrls: readonly string[] | null;
  /** Whether events are put into a queue as well. */
  readonly hasEvents: boolean;
}

/** The queues as the board has them open. */
export interface BoardQueues {
  readonly queues: readonly Queue[];
  /** Resolves when a call can reach them; rejects soon if it cannot. */
  connected(): Promise<void>;
  close(): Promise<void>;
}

/** What the board may show, and what each queue is for. */
export const BOARD_QUEUES: ReadonlyMap<string, string> = new Map([
  [COMMAND_QUEUE, 'Comandi accodati da PORTOS'],
  ...EFFECT_CLASSES.map((name): [string, string] => [wakeQueueName(name), `Risvegli dei worker, classe ${name}`]),
  [EVENT_QUEUE, 'Eventi per chi preferisce una coda ai webhook'],
]);

/** A page that looks at the queues shall not take many connections from the work itself. */
const POSTGRES_CONNECTIONS = 4;

/** @throws QueueUnfit when the Redis cannot be reached, is too old, or may evict keys. */
export async function openBoardQueues(place: QueuePlace): Promise<BoardQueues> {
  const backend = await openQueueBackend({ ...place, connections: POSTGRES_CONNECTIONS });
  const server = openQueueServer(backend, QUEUE_PREFIX);
  const names = [...BOARD_QUEUES.keys()].filter((name) => name !== EVENT_QUEUE || place.hasEvents);
  const queues = names.map((name) => server.openQueue(name));
  return {
    queues,
    connected: () => server.connected(),
    close: async () => {
      server.disconnect();
      await Promise.all(queues.map((queue) => queue.close()));
      await backend.close();
    },
  };
}
