import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import { Webhook } from 'standardwebhooks';
import { Bench, DAY, HOUR, known, SECOND, until } from './bench.fixture.js';
import type { Receiver } from './receiver.fixture.js';

let bench: Bench;
let receiver: Receiver;
beforeEach(async () => {
  bench = await Bench.open();
  receiver = await bench.receiver();
});
afterEach(() => bench.close());

describe('a delivery', () => {
  it('is a CloudEvent in structured mode, signed so that the standard library verifies it', async () => {
    const { secret } = await bench.register(receiver);
    await bench.happen('p1 a');
    bench.start();
    await receiver.until(1);
    const { headers, body, event } = known(receiver.received[0]);
    expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(event).toMatchObject({ specversion: '1.0', type: 'a', subject: 'p1', source: 'https://portos.example.org' });
    expect(event.data).toMatchObject({ paymentId: 'p1', updatedAt: event.time });
    expect(headers['webhook-id']).toBe(event.id);
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toEqual(event);
  });

  it('says by its sequence what happened later, though it was sent first or at the same instant', async () => {
    const { webhookId } = await bench.register(receiver);
    await bench.happen('p1 a', 'p1 b', 'p1 c');
    bench.start();
    await receiver.until(3);
    await bench.quiet();
    const [first] = await bench.deliveries(webhookId);
    await bench.webhooks.redeliver(webhookId, first?.deliveryId ?? '');
    await receiver.until(4);
    const told = receiver.received.map(({ event }) => event).sort((a, b) => (a.sequence < b.sequence ? -1 : 1));
    expect(receiver.heard).toEqual(['p1 a', 'p1 b', 'p1 c', 'p1 a']);
    expect(told.map(({ type }) => type)).toEqual(['a', 'a', 'b', 'c']);
    expect(new Set(told.map(({ sequence }) => sequence.length))).toEqual(new Set([19]));
  });

  it('is made for who asked for its type, and for what happened since', async () => {
    await bench.happen('p1 a');
    const dispatcher = bench.start();
    await bench.quiet();
    const { webhookId } = await bench.register(receiver, ['a']);
    await bench.happen('p1 b', 'p1 a');
    dispatcher.kick();
    await receiver.until(1);
    await bench.quiet();
    expect(receiver.heard).toEqual(['p1 a']);
    expect(await bench.statuses(webhookId)).toEqual(['delivered']);
  });

  it('that fails is repeated under its id, and holds back its own payment only', async () => {
    receiver.react = ({ event }) => (event.subject === 'p1' && receiver.received.length < 3 ? 500 : 200);
    await bench.register(receiver);
    await bench.happen('p1 a', 'p1 b', 'p2 a', 'p2 b', 'p1 c');
    bench.start();
    await receiver.until(3);
    await bench.quiet();
    expect(receiver.heard.filter((line) => line.startsWith('p1'))).toEqual(['p1 a']);
    expect(receiver.heard.filter((line) => line.startsWith('p2'))).toEqual(['p2 a', 'p2 b']);
    await bench.passTime(6 * SECOND);
    await receiver.until(6);
    const ofFirst = receiver.received.filter(({ event }) => event.subject === 'p1');
    expect(ofFirst.map(({ event }) => event.type)).toEqual(['a', 'a', 'b', 'c']);
    expect(ofFirst[0]?.headers['webhook-id']).toBe(ofFirst[1]?.headers['webhook-id']);
  });

  it('that a worker died with is sent again under its id, before what comes after it', async () => {
    const { webhookId } = await bench.register(receiver);
    await bench.happen('p1 a', 'p1 b');
    const dying = bench.start({ pool: cannotSettle(bench.pool) });
    await receiver.until(1);
    await dying.stop();
    bench.start();
    await bench.passTime(20 * SECOND);
    expect(receiver.heard).toEqual(['p1 a']); // its lease still stands
    await bench.passTime(6 * SECOND);
    await receiver.until(3);
    await bench.quiet();
    expect(receiver.heard).toEqual(['p1 a', 'p1 a', 'p1 b']);
    const [first, again] = receiver.received;
    expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(await bench.statuses(webhookId)).toEqual(['delivered', 'delivered']);
  });

  it('by many dispatchers comes once and in order', async () => {
    await bench.register(receiver);
    const events = Array.from({ length: 60 }, (_, index) => `p${index % 7} ${'abc'[Math.floor(index / 20)] ?? ''}`);
    for (let index = 0; index < 3; index += 1) bench.start();
    for (let index = 0; index < events.length; index += 5) await bench.happen(...events.slice(index, index + 5));
    await receiver.until(events.length);
    await bench.quiet();
    for (const subject of ['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6']) {
      const of = (lines: readonly string[]) => lines.filter((line) => line.startsWith(`${subject} `));
      expect(of(receiver.heard)).toEqual(of(events));
    }
  });
});

/** A worker that dies between its message and the note of it: what it sent is known to the receiver alone. */
const cannotSettle = (pool: Pool): Pool =>
  new Proxy(pool, {
    get: (target, name, self) =>
      name === 'query'
        ? (statement: { readonly name?: string }, ...rest: never[]) =>
            statement.name === 'webhooks.settle'
              ? Promise.reject(new Error('the worker died'))
              : (target.query as (...args: unknown[]) => unknown).call(target, statement, ...rest)
        : (Reflect.get(target, name, self) as unknown),
  });

describe('a receiver', () => {
  it('that never answers slows nobody: another has everything before the first try there is over', async () => {
    const dead = await bench.receiver();
    dead.react = () => () => undefined;
    const { webhookId } = await bench.register(dead);
    await bench.register(receiver);
    await bench.happen(...Array.from({ length: 40 }, (_, index) => `p${index} a`));
    bench.start();
    await receiver.until(40);
    expect(dead.received).toHaveLength(5);
    expect((await bench.deliveries(webhookId)).every(({ lastError }) => lastError === null)).toBe(true);
  });

  it('that fails again and again is left alone, then tried with one message, and then gets the rest', async () => {
    receiver.react = () => 503;
    await bench.register(receiver);
    await bench.happen(...Array.from({ length: 12 }, (_, index) => `p${index} a`));
    bench.start();
    await receiver.until(5);
    await bench.quiet();
    expect(receiver.received).toHaveLength(5);
    await bench.passTime(6 * SECOND);
    await receiver.until(6);
    await bench.quiet();
    expect(receiver.received).toHaveLength(6);
    receiver.react = () => 200;
    await bench.passTime(HOUR);
    await receiver.until(18);
    await bench.quiet();
    expect(new Set(receiver.heard).size).toBe(12);
  });

  it('that answers 410 is sent nothing more', async () => {
    receiver.react = () => 410;
    const { webhookId } = await bench.register(receiver);
    await bench.happen('p1 a', 'p1 b');
    bench.start();
    await receiver.until(1);
    await until(async () => (await bench.webhooks.list('', 1)).items[0]?.disabledAt !== null);
    expect((await bench.webhooks.list('', 1)).items[0]?.disabledBecause).toBe('the receiver answered 410 Gone');
    await bench.happen('p2 a');
    await bench.passTime(DAY);
    await bench.quiet();
    expect(receiver.heard).toEqual(['p1 a']);
    expect(await bench.statuses(webhookId)).toEqual(['undelivered', 'undelivered']);
    const [first] = await bench.deliveries(webhookId);
    expect(await bench.webhooks.redeliver(webhookId, first?.deliveryId ?? '')).toBe('disabled');
  });

  it('that sends elsewhere is not followed', async () => {
    receiver.react = () => (response: ServerResponse) =>
      void response.writeHead(307, { location: receiver.url.replace('/hook', '/elsewhere') }).end();
    const { webhookId } = await bench.register(receiver);
    await bench.happen('p1 a');
    bench.start();
    await receiver.until(1);
    await bench.quiet();
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook']);
    expect((await bench.deliveries(webhookId))[0]).toMatchObject({ status: 'pending', lastStatusCode: 307, tries: 1 });
  });

  it('that is deleted takes its deliveries with it', async () => {
    receiver.react = () => 500;
    const { webhookId } = await bench.register(receiver);
    await bench.happen('p1 a');
    bench.start();
    await receiver.until(1);
    await bench.quiet();
    expect(await bench.webhooks.remove(webhookId)).toBe(true);
    expect(await bench.webhooks.remove(webhookId)).toBe(false);
    expect(await bench.webhooks.deliveries(webhookId, null, 10)).toBeNull();
  });
});
