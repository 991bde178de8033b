import type { Pool } from 'pg';
import type { EngineLog, QueueBackend, Store } from '#libs/engine';
import type { Config } from '#libs/platform';
import { createSealer } from '#libs/platform';
import { Dispatcher } from './dispatcher.js';
import { openEventQueue } from './event-queue.js';
import { DELIVERY_POLICY } from './policy.js';
import { SecretBox } from './secrets.js';
import { createSender } from './sender.js';
import type { Resolve } from './target.js';
import { resolveByDns } from './target.js';
import { Webhooks } from './webhooks.js';

/** From the question for the receiver's address to the last byte of its answer. */
const SEND_TIMEOUT_MS = 10_000;

/** What the owners of endpoints may do, as this installation is configured. */
export function createWebhooks(config: Config, pool: Pool, resolve: Resolve = resolveByDns): Webhooks {
  const { allowPrivate, secretGraceMs } = config.webhooks;
  return new Webhooks({ pool, secrets: secretsOf(config), allowPrivate, secretGraceMs, resolve });
}

/** What a process brings to tell outside what happened. */
export interface DispatcherParts {
  readonly pool: Pool;
  /** Where the queue of events lives, if this installation has one. */
  readonly backend: QueueBackend;
  readonly queuePrefix: string;
  readonly log: EngineLog;
  /** Says when a commit may have brought something to tell. */
  readonly store: Pick<Store, 'listenForDue'>;
}

/** Who tells outside what happened, as this installation is configured; not yet started. */
export function createDispatcher(config: Config, parts: DispatcherParts): Dispatcher {
  const { pool, backend, queuePrefix: prefix, log, store } = parts;
  const { allowPrivate, retryScheduleMs, giveUpAfterMs } = config.webhooks;
  return new Dispatcher({
    pool,
    secrets: secretsOf(config),
    send: createSender({ allowPrivate, resolve: resolveByDns, timeoutMs: SEND_TIMEOUT_MS }),
    policy: { ...DELIVERY_POLICY, retryScheduleMs, giveUpAfterMs },
    source: config.http.publicUrl,
    log,
    queue: config.events.queue ? openEventQueue({ backend, prefix }) : null,
    listen: (onDue) => store.listenForDue(onDue),
  });
}

function secretsOf({ security }: Config): SecretBox {
  if (security.encryptionKey) return new SecretBox(createSealer(security.encryptionKey));
  throw new Error('ENCRYPTION_KEY must be set: 32 random bytes in base64, as `openssl rand -base64 32` prints');
}
