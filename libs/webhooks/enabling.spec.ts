import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Bench, DAY, HOUR, until } from './bench.fixture.js';
import type { Receiver } from './receiver.fixture.js';

let bench: Bench;
let receiver: Receiver;
beforeEach(async () => {
  bench = await Bench.open();
  receiver = await bench.receiver();
});
afterEach(() => bench.close());

const endpoint = async (webhookId: string) =>
  (await bench.webhooks.list('', 10)).items.find((each) => each.webhookId === webhookId);

const untilDisabled = (webhookId: string): Promise<void> =>
  until(async () => ((await endpoint(webhookId))?.disabledAt ?? null) !== null);

const of = (subject: string, lines: readonly string[]) => lines.filter((line) => line.startsWith(`${subject} `));

describe('an endpoint that is enabled again', () => {
  it('is sent what it missed, of each subject in order, and another endpoint nothing twice', async () => {
    const other = await bench.receiver();
    await bench.happen('p1 a'); // before anybody asked to be told
    const first = bench.start();
    await bench.quiet();
    receiver.react = () => 410;
    const { webhookId } = await bench.register(receiver, ['a', 'b', 'c']);
    await bench.register(other, ['a', 'b', 'c']);
    await bench.happen('p1 b', 'p1 c');
    await untilDisabled(webhookId);
    await bench.happen('p1 a', 'p2 a', 'p3 unwanted', 'p2 b');
    await other.until(5);
    await bench.quiet();
    await first.stop();
    expect(receiver.heard).toEqual(['p1 b']);
    expect(await bench.statuses(webhookId)).toEqual(['undelivered', 'undelivered']);

    expect(await bench.webhooks.enable(webhookId)).toMatchObject({
      webhookId,
      disabledAt: null,
      disabledBecause: null,
    });
    expect(await endpoint(webhookId)).toMatchObject({ disabledAt: null, disabledBecause: null });
    expect(new Set(await bench.statuses(webhookId))).toEqual(new Set(['pending']));

    receiver.react = () => 204;
    bench.start();
    await receiver.until(6);
    await bench.quiet();
    expect(of('p1', receiver.heard.slice(1))).toEqual(['p1 b', 'p1 c', 'p1 a']);
    expect(of('p2', receiver.heard.slice(1))).toEqual(['p2 a', 'p2 b']);
    expect(await bench.statuses(webhookId)).toEqual(Array.from({ length: 5 }, () => 'delivered'));
    const gone = receiver.received.filter(({ event }) => event.subject === 'p1' && event.type === 'b');
    expect(new Set(gone.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(other.received).toHaveLength(5);
  });

  it('loses nothing that is being passed on at that very moment by who still saw it disabled', async () => {
    receiver.react = () => 410;
    const { webhookId } = await bench.register(receiver);
    const first = bench.start();
    await bench.happen('p1 a');
    await untilDisabled(webhookId);
    await first.stop();
    receiver.react = () => 204;
    await bench.happen('p2 a', 'p2 b');
    const holder = await bench.pool.connect();
    await holder.query(`begin; select from payments.event where subject = 'p2' for update`);
    bench.start();
    await until(async () => (await bench.waiters()) === 1); // the fan-out has begun, and waits for the rows
    let isEnabled = false;
    const enabling = bench.webhooks.enable(webhookId).then(() => (isEnabled = true));
    await until(async () => isEnabled || (await bench.waiters()) === 2);
    await holder.query('commit');
    holder.release();
    await enabling;
    await receiver.until(4);
    await bench.quiet();
    expect(of('p1', receiver.heard)).toEqual(['p1 a', 'p1 a']);
    expect(of('p2', receiver.heard)).toEqual(['p2 a', 'p2 b']);
  });

  it('is tried at once though it was left alone before, and with all the patience of a new one', async () => {
    receiver.react = () => 503;
    const { webhookId } = await bench.register(receiver);
    await bench.happen(...Array.from({ length: 8 }, (_, index) => `p${index} a`));
    bench.start();
    await receiver.until(5);
    await bench.quiet();
    receiver.react = () => 410;
    await bench.passTime(HOUR);
    await untilDisabled(webhookId);
    await bench.quiet();
    const count = receiver.received.length;
    receiver.react = () => 500;
    await bench.passTime(4 * DAY);
    await bench.webhooks.enable(webhookId);
    await receiver.until(count + 5);
    await bench.quiet();
    expect(new Set(await bench.statuses(webhookId))).toEqual(new Set(['pending']));
  });

  it('misses none of very many', async () => {
    receiver.react = () => 410;
    const { webhookId } = await bench.register(receiver);
    const dispatcher = bench.start();
    await bench.happen('p0 a');
    await untilDisabled(webhookId);
    await bench.happen(...Array.from({ length: 2_500 }, (_, index) => `p${index % 700} ${index % 2 ? 'a' : 'b'}`));
    await bench.quiet();
    await dispatcher.stop();
    await bench.webhooks.enable(webhookId);
    const { rows } = await bench.pool.query(
      `select (select count(*)::int from payments.delivery where webhook_id = $1 and status = 'pending') as deliveries,
         (select sum(pending)::int from payments.delivery_lane where webhook_id = $1) as "inLanes"`,
      [webhookId],
    );
    expect(rows).toEqual([{ deliveries: 2_501, inLanes: 2_501 }]);
  });

  it('may be disabled and enabled once more, and has each message once', async () => {
    const { webhookId } = await bench.register(receiver);
    bench.start();
    for (const subject of ['p1', 'p2']) {
      receiver.react = () => 410;
      await bench.happen(`${subject} a`);
      await untilDisabled(webhookId);
      receiver.react = () => 204;
      await bench.happen(`${subject} b`);
      await bench.quiet();
      await bench.webhooks.enable(webhookId);
      await until(async () => (await bench.statuses(webhookId)).every((status) => status === 'delivered'));
    }
    expect(receiver.heard).toEqual(['p1 a', 'p1 a', 'p1 b', 'p2 a', 'p2 a', 'p2 b']);
  });
});

describe('an endpoint that was not disabled', () => {
  it('is left as it is when it is enabled: what waits goes on waiting', async () => {
    receiver.react = () => 500;
    const { webhookId } = await bench.register(receiver);
    await bench.happen('p1 a');
    const dispatcher = bench.start();
    await receiver.until(1);
    await bench.quiet();
    await dispatcher.stop();
    const before = await bench.deliveries(webhookId);
    expect(await bench.webhooks.enable(webhookId)).toEqual(await endpoint(webhookId));
    expect(await bench.deliveries(webhookId)).toEqual(before);
    expect(before).toMatchObject([{ status: 'pending', tries: 1 }]);
  });

  it('must be there', async () => {
    expect(await bench.webhooks.enable('whk_none')).toBeNull();
  });
});
