import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { Bench, DAY, HOUR, until } from './bench.fixture.js';
import type { Receiver } from './receiver.fixture.js';

let bench: Bench;
let receiver: Receiver;
beforeEach(async () => {
  bench = await Bench.open();
  receiver = await bench.receiver();
});
afterEach(() => bench.close());

/** Time passes in hours, and at each whatever is due is tried. */
async function pass(hours: number): Promise<void> {
  for (let hour = 0; hour < hours; hour += 1) {
    await bench.passTime(HOUR + 60_000);
    await bench.quiet();
  }
}

const outage = async (): Promise<string> => {
  receiver.react = () => 503;
  const { webhookId } = await bench.register(receiver);
  await bench.happen('p1 a', 'p1 b', 'p2 a', 'p2 b');
  bench.start();
  await receiver.until(2);
  await bench.quiet();
  return webhookId;
};

describe('patience', () => {
  it('lasts for an outage of nearly three days, after which everything comes in order', async () => {
    const webhookId = await outage();
    await pass(68);
    expect(new Set(await bench.statuses(webhookId))).toEqual(new Set(['pending']));
    const count = receiver.received.length;
    receiver.react = () => 200;
    await pass(2);
    const ofEach = ['p1', 'p2'].map((subject) =>
      receiver.received.slice(count).flatMap(({ event }) => (event.subject === subject ? [event.type] : [])),
    );
    expect(ofEach).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(await bench.statuses(webhookId)).toEqual(['delivered', 'delivered', 'delivered', 'delivered']);
  });

  it('is as long as the receiver asks for, but no longer than an hour', async () => {
    const ask = (retryAfter: string) => {
      receiver.react = () => (response) => response.writeHead(503, { 'retry-after': retryAfter }).end();
    };
    const sentAfter = async (ms: number) => {
      const count = receiver.received.length;
      await bench.passTime(ms);
      await bench.quiet();
      return receiver.received.length - count;
    };
    ask('1800');
    await bench.register(receiver);
    await bench.happen('p1 a');
    bench.start();
    await receiver.until(1);
    await bench.quiet();
    expect(await sentAfter(0.4 * HOUR)).toBe(0);
    ask('86400');
    expect(await sentAfter(0.2 * HOUR)).toBe(1);
    expect(await sentAfter(0.9 * HOUR)).toBe(0);
    expect(await sentAfter(0.2 * HOUR)).toBe(1);
  });

  it('ends after three days: the message is undelivered, the next one goes on, and it can be replayed', async () => {
    const webhookId = await outage();
    await pass(73);
    expect(await bench.statuses(webhookId)).toEqual(['undelivered', 'pending', 'undelivered', 'pending']);
    receiver.react = () => 200;
    await pass(2);
    expect(await bench.statuses(webhookId)).toEqual(['undelivered', 'delivered', 'undelivered', 'delivered']);
    const [first] = await bench.deliveries(webhookId);
    const count = receiver.received.length;
    expect(await bench.webhooks.redeliver(webhookId, first?.deliveryId ?? '')).toBe('accepted');
    await receiver.until(count + 1);
    await bench.quiet();
    expect(receiver.heard.at(-1)).toBe('p1 a');
    expect((await bench.deliveries(webhookId))[0]).toMatchObject({ status: 'delivered', tries: 1 });
  });

  it('ends for those too that were never tried, when nothing else gets through', async () => {
    receiver.react = () => 503;
    const { webhookId } = await bench.register(receiver);
    await bench.happen(...Array.from({ length: 400 }, (_, index) => `p${index} a`));
    bench.start();
    await receiver.until(5);
    await bench.quiet();
    await bench.passTime(3 * DAY + HOUR);
    await receiver.until(6);
    await until(async () => (await bench.statuses(webhookId)).every((status) => status === 'undelivered'));
  });

  it('does not end without a try: a service that was away for long gives nothing up unheard', async () => {
    const { webhookId } = await bench.register(receiver);
    await bench.happen('p1 a');
    await bench.passTime(10 * DAY);
    bench.start();
    await receiver.until(1);
    await bench.quiet();
    expect(await bench.statuses(webhookId)).toEqual(['delivered']);
  });
});

describe('a delivery that is asked for again', () => {
  it('is sent again under its id when it was delivered, and at once when it waits', async () => {
    const { webhookId } = await bench.register(receiver);
    await bench.happen('p1 a');
    bench.start();
    await receiver.until(1);
    await bench.quiet();
    receiver.react = () => 500;
    const again = async () => {
      const [delivery] = await bench.deliveries(webhookId);
      expect(await bench.webhooks.redeliver(webhookId, delivery?.deliveryId ?? '')).toBe('accepted');
    };
    await again();
    await receiver.until(2);
    await bench.quiet();
    receiver.react = () => 200;
    await again();
    await receiver.until(3);
    await bench.quiet();
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await bench.statuses(webhookId)).toEqual(['delivered']);
  });

  it('must be one of that endpoint', async () => {
    const { webhookId } = await bench.register(receiver);
    expect(await bench.webhooks.redeliver(webhookId, 'dlv_none')).toBe('unknown');
    expect(await bench.webhooks.redeliver('whk_none', 'dlv_none')).toBe('unknown');
  });
});

describe('what happened long ago', () => {
  it('can be replayed by whom it was not told for as long as it is kept, and is then forgotten like all else', async () => {
    const { webhookId } = await bench.register(receiver);
    receiver.react = ({ event }) => (event.subject === 'p2' ? 500 : 200);
    await bench.happen('p1 a', 'p2 a', 'p2 b', 'p3 other');
    const dispatcher = bench.start();
    await receiver.until(2);
    await bench.quiet();
    await bench.passTime(4 * DAY);
    await receiver.until(3);
    await bench.quiet();
    expect(await bench.statuses(webhookId)).toEqual(['delivered', 'undelivered', 'pending']);
    expect(await dispatcher.prune(5 * DAY)).toBe(0);
    receiver.react = () => 200;
    const [, missed] = await bench.deliveries(webhookId);
    expect(await bench.webhooks.redeliver(webhookId, missed?.deliveryId ?? '')).toBe('accepted');
    await until(async () => (await bench.statuses(webhookId)).every((status) => status === 'delivered'));
    await bench.quiet();
    expect(await dispatcher.prune(3 * DAY)).toBe(4);
    expect(await bench.deliveries(webhookId)).toEqual([]);
  });

  it('is kept while it waits for an endpoint that is tried, and not for one that gave it up', async () => {
    const { webhookId } = await bench.register(receiver);
    receiver.react = () => 500;
    await bench.happen('p1 a', 'p1 b');
    const dispatcher = bench.start();
    await receiver.until(1);
    await bench.quiet();
    await bench.passTime(4 * DAY);
    await receiver.until(2);
    await bench.quiet();
    expect(await bench.statuses(webhookId)).toEqual(['undelivered', 'pending']);
    expect(await dispatcher.prune(3 * DAY)).toBe(1);
    expect(await bench.statuses(webhookId)).toEqual(['pending']);
    receiver.react = () => 200;
    await bench.passTime(HOUR);
    await until(async () => (await bench.statuses(webhookId))[0] === 'delivered');
  });

  it('stays when it is redelivered at the very moment it would be forgotten, and all else goes', async () => {
    const { webhookId } = await bench.register(receiver);
    receiver.react = ({ event }) => (event.subject === 'p1' ? 500 : 200);
    await bench.happen('p1 a', 'p2 a');
    const dispatcher = bench.start();
    await receiver.until(2);
    await bench.quiet();
    await bench.passTime(4 * DAY);
    await receiver.until(3);
    await bench.quiet();
    await dispatcher.stop();
    const holder = await bench.pool.connect();
    await holder.query(`begin; update payments.delivery_lane set pending = 1 where subject = 'p1'`);
    await holder.query(`update payments.delivery set status = 'pending' where subject = 'p1'`);
    const pruning = dispatcher.prune(3 * DAY);
    await until(async () => (await bench.waiters()) === 1);
    await holder.query('commit');
    holder.release();
    expect(await pruning).toBe(1);
    expect(await bench.statuses(webhookId)).toEqual(['pending']);
  });

  it('is forgotten though an endpoint was disabled before it was told, and no lane counts it any more', async () => {
    const other = await bench.receiver();
    receiver.react = () => 410;
    const { webhookId } = await bench.register(receiver);
    await bench.register(other);
    await bench.happen('p1 a', 'p1 b');
    const dispatcher = bench.start();
    await other.until(2);
    await until(async () => (await bench.webhooks.list('', 2)).items.some(({ disabledAt }) => disabledAt !== null));
    await bench.quiet();
    await bench.passTime(4 * DAY);
    await bench.happen('p1 c');
    await other.until(3);
    await bench.quiet();
    expect(await dispatcher.prune(3 * DAY)).toBe(2);
    expect(await bench.deliveries(webhookId)).toEqual([]);
    const { rows } = await bench.pool.query('select sum(pending)::int as pending from payments.delivery_lane');
    expect(rows).toEqual([{ pending: 0 }]);
  });

  it('is forgotten though it waits for a queue that was switched off, and not while the queue is only away', async () => {
    await bench.happen('p1 a');
    const away = { add: () => Promise.reject(new Error('away')), close: () => Promise.resolve() };
    const feeding = bench.start({ queue: away });
    await bench.quiet();
    await bench.passTime(4 * DAY);
    expect(await feeding.prune(3 * DAY)).toBe(0);
    await feeding.stop();
    expect(await bench.start().prune(3 * DAY)).toBe(1);
  });
});

describe('a secret that is replaced', () => {
  it('goes on signing beside the new one until its grace ends', async () => {
    const { webhookId, secret: former } = await bench.register(receiver);
    const rotated = await bench.webhooks.rotateSecret(webhookId);
    await bench.happen('p1 a');
    bench.start();
    await receiver.until(1);
    await bench.passTime(DAY + HOUR);
    await bench.happen('p1 b');
    await receiver.until(2);
    const verifies = (secret: string, index: number): boolean => {
      const { body, headers } = receiver.received[index] ?? { body: '', headers: {} };
      try {
        new Webhook(secret).verify(body, headers as Record<string, string>);
        return true;
      } catch {
        return false;
      }
    };
    const secret = rotated?.secret ?? '';
    expect([verifies(former, 0), verifies(secret, 0)]).toEqual([true, true]);
    expect([verifies(former, 1), verifies(secret, 1)]).toEqual([false, true]);
    expect(receiver.received[0]?.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
  });

  it('is kept sealed', async () => {
    const { secret } = await bench.register(receiver);
    const { rows } = await bench.pool.query<{ sealed: Buffer }>('select sealed from payments.webhook_secret');
    expect(rows).toHaveLength(1);
    expect(rows[0]?.sealed.includes(Buffer.from(secret.slice(6, 30)))).toBe(false);
  });

  it('needs an endpoint', async () => {
    expect(await bench.webhooks.rotateSecret('whk_none')).toBeNull();
  });
});
