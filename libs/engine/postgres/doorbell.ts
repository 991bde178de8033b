import type { Pool, PoolClient } from 'pg';

/**
 * Tells relays of other processes that something is due. A notification is sent after the commit, not in it: a
 * transaction that notifies holds a lock of the whole database cluster until its commit is flushed, which would put
 * all intakes in one queue. A lost notification costs a second, the relay's own tick. While one is under way, all
 * that is announced meanwhile makes one more.
 */
const CHANNEL = 'engine_due';

/** Pauses between attempts to listen again. */
const RECONNECT_MS = [100, 500, 2_000, 5_000] as const;

/** An open ear; `close` lets the connection go. */
export interface Listening {
  close(): Promise<void>;
}

export function createAnnouncer(pool: Pool): () => void {
  let isSending = false;
  let isWanted = false;
  const announce = (): void => {
    if (isSending) {
      isWanted = true;
      return;
    }
    isSending = true;
    isWanted = false;
    const next = () => {
      isSending = false;
      if (isWanted) announce();
    };
    pool.query(`notify ${CHANNEL}`).then(next, next);
  };
  return announce;
}

/** Holds one connection of the pool for listening, and takes another whenever that one is lost. */
export function listenForDue(pool: Pool, onDue: () => void): Listening {
  let isClosed = false;
  let failures = 0;
  let client: PoolClient | null = null;
  let timer: NodeJS.Timeout | null = null;

  const connect = async (): Promise<void> => {
    const connecting = await pool.connect();
    connecting.on('notification', onDue);
    connecting.on('error', () => {
      lose(connecting);
    });
    connecting.on('end', () => {
      lose(connecting);
    });
    client = connecting;
    try {
      await connecting.query(`listen ${CHANNEL}`);
    } catch {
      lose(connecting);
      return;
    }
    failures = 0;
    onDue(); // whatever was announced while nobody listened
  };
  const lose = (lost: PoolClient): void => {
    if (client !== lost) return;
    client = null;
    lost.release(true);
    again();
  };
  const again = (): void => {
    if (isClosed) return;
    const pause = RECONNECT_MS[Math.min(failures, RECONNECT_MS.length - 1)];
    failures += 1;
    timer = setTimeout(attempt, pause);
  };
  const attempt = (): void => {
    connecting = connect().catch(again);
  };
  let connecting = connect().catch(again);

  return {
    async close() {
      isClosed = true;
      if (timer) clearTimeout(timer);
      await connecting;
      const held = client;
      client = null;
      held?.release(true);
    },
  };
}
