import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { practice } from '../practice.fixture.js';
import type { Stack } from '../stack.js';
import { eventually, startStack } from '../stack.js';
import { Consumer } from './consumer.js';

/** The consumer's days with the real system: its table, built from messages alone, is that of the API in the end. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

const EVENT_TYPES = [
  ...['initialized', 'redirected', 'paid', 'rejected', 'annulled', 'not-concluded', 'regenerated'],
  ...['receipt-available', 'duplicate-detected'],
]
  .map((word) => `it.toscana.portos.payment.${word}.v1`)
  .concat('it.toscana.portos.practice.settled.v1');

let stack: Stack;
let consumer: Consumer;
beforeAll(async () => {
  stack = await startStack({ WEBHOOK_ALLOW_PRIVATE: 'true' });
  consumer = new Consumer(stack.apiUrl, stack.apiKey);
  await consumer.start();
  await consumer.subscribe(EVENT_TYPES);
}, 60_000);
afterAll(async () => {
  await consumer.stop();
  await stack.stop();
});

interface Opened {
  readonly practiceId: string;
  readonly paymentId: string;
}

const isThere = (condition: boolean): Promise<true | null> => Promise.resolve(condition ? true : null);

/** A practice of the consumer's whose payer may pay. */
async function opened(): Promise<Opened> {
  const { practiceId } = await consumer.openPractice(practice());
  return isReady(practiceId);
}

const isReady = (practiceId: string): Promise<Opened> =>
  eventually(async () => {
    const [payment] = (await consumer.readPractice(practiceId)).payments;
    return payment?.allowedActions.includes('redirect') ? { practiceId, paymentId: payment.paymentId } : null;
  }, 'the payment is ready');

/** The payer goes to IRIS, and it goes as the scenario says. */
async function played({ practiceId, paymentId }: Opened, scenario: string): Promise<void> {
  await consumer.redirect(paymentId);
  const [payment] = (await consumer.readPractice(practiceId)).payments;
  const idPagamento = payment?.attempt.positions[0]?.idPagamento;
  await stack.sandbox('POST', '/sandbox/scenario', { idPagamento, scenario });
  await stack.sandbox('POST', `/sandbox/pay/${idPagamento ?? ''}`);
}

async function openAndPlay(scenario: string): Promise<Opened> {
  const payment = await opened();
  await played(payment, scenario);
  return payment;
}

/** What the API says, for who waits for something that no message tells the consumer, because it is down. */
const reaches = ({ practiceId }: Opened, state: string): Promise<true> =>
  eventually(async () => {
    const { payments } = await consumer.readPractice(practiceId);
    return isThere(payments.every((payment) => payment.state === state));
  }, `the payment is ${state}`);

const learns = (subject: string, state: string): Promise<void> =>
  consumer.until(() => consumer.known.get(subject)?.state === state);

const wordsOf = (subject: string): string[] =>
  consumer.taken.filter((taken) => taken.subject === subject).map(({ type }) => type.split('.').at(-2) ?? '');

/** Time passes, longer each time than a circuit stays open, until its deliveries stand so. */
const untilDeliveries = (what: string, isSo: (statuses: readonly string[]) => boolean): Promise<true> =>
  eventually(async () => {
    await stack.passTime(6 * MINUTE);
    return isThere(isSo((await consumer.deliveries()).map(({ status }) => status)));
  }, what);

/** Sends the consumer what we like, as anybody may. */
const send = async (body: string, headers: Record<string, string>): Promise<number> =>
  (await fetch(consumer.url, { method: 'POST', body, headers })).status;

function signedBy(secret: string, body: string, at: Date): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / SECOND));
  const signature = new Webhook(secret).sign('evt_forged', at, body);
  return { 'webhook-id': 'evt_forged', 'webhook-timestamp': timestamp, 'webhook-signature': signature };
}

describe('a consumer that knows only what is published', () => {
  let paid: Opened;

  it('is told what becomes of its payments, each in its order', async () => {
    paid = await openAndPlay('paid');
    const rejected = await openAndPlay('rejected');
    await learns(rejected.paymentId, 'rejected');
    await learns(paid.practiceId, 'settled');
    await consumer.until(() => wordsOf(paid.paymentId).length === 4);
    expect(wordsOf(paid.paymentId)).toEqual(['initialized', 'redirected', 'paid', 'receipt-available']);
    expect(wordsOf(rejected.paymentId)).toEqual(['initialized', 'redirected', 'rejected']);
    expect(wordsOf(paid.practiceId)).toEqual(['settled']);
  });

  it('has what came twice but once: after a lost answer, and when it asks for it again', async () => {
    consumer.loseNextAnswer();
    const payment = await opened();
    await consumer.until(() => wordsOf(payment.paymentId).length === 1);
    await eventually(async () => {
      await stack.passTime(6 * SECOND);
      return isThere(wordsOf(payment.paymentId).length === 2);
    }, 'the message comes again');
    const [newest] = await consumer.deliveries();
    const count = consumer.taken.length;
    await consumer.redeliver(newest?.deliveryId ?? '');
    await consumer.until((taken) => taken.length > count);
    expect(wordsOf(payment.paymentId)).toEqual(['initialized', 'initialized', 'initialized']);
    expect(new Set(consumer.taken.slice(-3).map(({ id }) => id)).size).toBe(1);
    expect(consumer.known.get(payment.paymentId)).toMatchObject({ state: 'initialized', events: 1 });
  });

  it('believes nobody who only says so', async () => {
    const genuine = consumer.taken.find(
      ({ subject, type }) => subject === paid.paymentId && type.includes('redirected'),
    );
    const body = genuine?.body ?? '';
    const named = Object.entries(genuine?.headers ?? {}).filter(([name]) => name.startsWith('webhook-'));
    const headers = Object.fromEntries(named);
    const forged = body.replace('"redirected"', '"annulled"');
    const [secret = ''] = consumer.secrets;
    const known = consumer.known.get(paid.paymentId);
    const now = new Date();
    expect(await send(forged, headers)).toBe(400);
    expect(await send(forged, signedBy(`whsec_${Buffer.alloc(32).toString('base64')}`, forged, now))).toBe(400);
    expect(await send(body, signedBy(secret, body, new Date(now.getTime() - 6 * MINUTE)))).toBe(400);
    expect(await send(body, signedBy(secret, body, new Date(now.getTime() + 6 * MINUTE)))).toBe(400);
    expect(await send(body, {})).toBe(400);
    expect(consumer.refused).toEqual([
      'No matching signature found',
      'No matching signature found',
      'Message timestamp too old',
      'Message timestamp too new',
      'Missing required headers',
    ]);
    expect(await send(body, headers)).toBe(204); // replayed within minutes: believed, and known
    expect(consumer.known.get(paid.paymentId)).toEqual(known);
  });

  it('goes on while its secret is exchanged', async () => {
    await consumer.rotateSecret();
    const payment = await openAndPlay('paid');
    await learns(payment.practiceId, 'settled');
    expect(consumer.taken.at(-1)?.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    consumer.forgetFormerSecret();
    await learns((await opened()).paymentId, 'initialized');
    expect(consumer.refused).toHaveLength(5);
  });

  it('learns after three days of absence what it missed, and what is given up it asks for', async () => {
    const left = await openAndPlay('page-closed');
    await learns(left.paymentId, 'redirected');
    await consumer.stop();
    const missed = await openAndPlay('paid');
    await reaches(missed, 'paid');
    const refused = await openAndPlay('rejected');
    await reaches(refused, 'rejected');
    await stack.passTime(31 * MINUTE);
    await reaches(left, 'notConcluded');
    await stack.passTime(3 * DAY);
    const waiting = [missed.paymentId, missed.practiceId, refused.paymentId].length;
    await untilDeliveries('the oldest of each subject is given up', (statuses) => {
      return statuses.filter((status) => status === 'undelivered').length >= waiting;
    });
    const late = await opened();
    expect(consumer.known.get(left.paymentId)?.state).toBe('redirected');
    const untold = [missed, refused, late].filter(({ paymentId }) => !consumer.known.has(paymentId));
    expect(untold).toHaveLength(3);

    await consumer.start();
    await untilDeliveries('what waited is delivered', (statuses) => !statuses.includes('pending'));
    expect(wordsOf(missed.paymentId)).toEqual(['redirected', 'paid', 'receipt-available']);
    expect(await consumer.askForMissed()).toBeGreaterThanOrEqual(waiting);
    await untilDeliveries('all is delivered', (statuses) => statuses.every((status) => status === 'delivered'));
    expect(wordsOf(missed.paymentId).at(-1)).toBe('initialized'); // late, and it changes nothing
    expect(consumer.known.get(missed.paymentId)?.state).toBe('paid');
    expect(consumer.known.get(missed.practiceId)?.state).toBe('settled');
    expect(consumer.known.get(left.paymentId)?.state).toBe('notConcluded');
    expect(consumer.taken.at(-1)?.headers['webhook-signature']?.split(' ')).toHaveLength(1); // the former is of the past

    expect(consumer.known.get(refused.paymentId)?.state).toBe('rejected');
    await consumer.regenerate(refused.paymentId, 1);
    await isReady(refused.practiceId);
    await played(refused, 'paid');
    await learns(refused.practiceId, 'settled');
  }, 90_000);

  it('has in the end the table that the API shows', async () => {
    const shown = async (): Promise<Record<string, string>> => {
      const practices = await Promise.all(consumer.practiceIds.map((id) => consumer.readPractice(id)));
      const payments = practices.flatMap((found) => found.payments);
      const settled = practices.filter(({ state }) => state === 'settled');
      return Object.fromEntries([
        ...payments.map(({ paymentId, state }) => [paymentId, state] as const),
        ...settled.map(({ practiceId, state }) => [practiceId, state] as const),
      ]);
    };
    const table = () => Object.fromEntries([...consumer.known].map(([subject, { state }]) => [subject, state]));
    await eventually(async () => {
      const isQuiet = (await consumer.deliveries()).every(({ status }) => status === 'delivered');
      return isThere(isQuiet && JSON.stringify(sorted(table())) === JSON.stringify(sorted(await shown())));
    }, 'both say the same').catch(() => undefined);
    expect(table()).toEqual(await shown());
    expect(Object.keys(table()).length).toBeGreaterThan(10);
    expect(consumer.refused).toHaveLength(5);
  });
});

const sorted = (table: Record<string, string>): string[][] => Object.entries(table).sort();
