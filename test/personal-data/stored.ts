import { Cluster, Redis } from 'ioredis';
import type { Stack } from '../stack.js';

/**
 * All that is kept, place by place: every row of every table and every value of Redis, as they were at any of the moments at
 * which somebody looked, since what is finished is not there for long.
 */
export class Stored {
  readonly #places = new Map<string, Set<string>>();

  constructor(private readonly stack: Pick<Stack, 'pool' | 'queues'>) {}

  async look(): Promise<void> {
    await Promise.all([this.#lookAtTables(), this.#lookAtRedis()]);
  }

  get places(): ReadonlyMap<string, string> {
    return new Map([...this.#places].map(([place, texts]) => [place, [...texts].join('\n')]));
  }

  async #lookAtTables(): Promise<void> {
    const { pool } = this.stack;
    const { rows: tables } = await pool.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
    );
    for (const { name } of tables) {
      const { rows } = await pool.query<{ row: string }>(`select t::text as row from ${name} t`);
      this.#note(
        name,
        rows.map(({ row }) => row),
      );
    }
  }

  async #lookAtRedis(): Promise<void> {
    const { redisUrls } = this.stack.queues;
    if (!redisUrls) return;
    const client = redisUrls.length > 1 ? new Cluster([...redisUrls]) : new Redis(redisUrls[0] ?? '');
    try {
      for (const node of client instanceof Cluster ? client.nodes('master') : [client]) {
        for (const key of await node.keys('*'))
          this.#note(`redis ${key}`, [JSON.stringify(await valueOf(client, key))]);
      }
    } finally {
      client.disconnect();
    }
  }

  #note(place: string, texts: readonly string[]): void {
    const known = this.#places.get(place) ?? new Set();
    for (const text of texts) known.add(text);
    this.#places.set(place, known);
  }
}

async function valueOf(client: Redis | Cluster, key: string): Promise<unknown> {
  switch (await client.type(key)) {
    case 'hash':
      return client.hgetall(key);
    case 'list':
      return client.lrange(key, 0, -1);
    case 'set':
      return client.smembers(key);
    case 'zset':
      return client.zrange(key, '0', '-1');
    case 'stream':
      return client.xrange(key, '-', '+');
    default:
      return client.get(key);
  }
}
