import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setClockAhead } from '#libs/testkit';
import { Receiver } from '../../libs/webhooks/receiver.fixture.js';
import { practice } from '../practice.fixture.js';
import { buildPrograms } from '../programs/program.js';
import { ProgramStack } from '../programs/program-stack.js';
import { eventually } from '../stack.js';

const START_MS = 240_000;
const CLAIM_MS = 180_000;
const PATIENCE_MS = 60_000;
/** Of a delivery. */
const LONGER_THAN_A_LEASE_MS = 30_000;
const PRACTICES = 20;

let stack: ProgramStack;
let receiver: Receiver;

beforeAll(async () => {
  await buildPrograms();
  stack = await ProgramStack.start('postgres', { WEBHOOK_ALLOW_PRIVATE: 'true', LOG_LEVEL: 'warn' });
  receiver = await Receiver.open();
}, START_MS);

afterAll(async () => {
  await receiver.close();
  await stack.stop();
}, START_MS);

/** The worker dies with a message out: before the receiver has answered, or when the answer is on its way back. */
function killAt(count: number, when: 'before the answer' | 'after it'): Promise<void> {
  return new Promise((killed) => {
    const kill = (): void => {
      process.kill(stack.worker.pid, 'SIGKILL');
      receiver.react = () => 204;
      killed();
    };
    receiver.react = () => {
      if (receiver.received.length !== count) return 204;
      if (when === 'before the answer') return () => kill();
      return (response) => {
        response.writeHead(204).end();
        kill();
      };
    };
  });
}

interface Told {
  readonly event_id: string;
  readonly subject: string;
}

const happened = async (): Promise<Told[]> => {
  const { rows } = await stack.database.pool.query<Told>(
    'select event_id, subject from payments.event order by position',
  );
  return rows;
};

const isAllDelivered = async (): Promise<true | null> => {
  const { rows } = await stack.database.pool.query<{ open: number }>(`
    select (select count(*) from payments.event where not is_fanned_out)
      + (select count(*) from payments.delivery where status <> 'delivered') as open`);
  return Number(rows[0]?.open) === 0 || null;
};

it(
  'a worker that is killed between a message and its note loses none, and changes no order of a payment',
  async () => {
    const portos = stack.newPortos();
    await portos.listen(receiver.url);
    const deaths = [killAt(5, 'before the answer')];
    const payments = await Promise.all(
      Array.from({ length: PRACTICES }, async () => {
        const { payments: opened } = await portos.openPractice(practice());
        return opened[0]?.paymentId ?? '';
      }),
    );
    await deaths[0];
    await stack.worker.ready();
    await setClockAhead(stack.database.pool, LONGER_THAN_A_LEASE_MS);
    deaths.push(killAt(receiver.received.length + 8, 'after it'));
    for (const paymentId of payments) await portos.command('annul', paymentId);
    await deaths[1];
    await stack.worker.ready();
    await setClockAhead(stack.database.pool, 2 * LONGER_THAN_A_LEASE_MS);
    await eventually(isAllDelivered, 'all is delivered', PATIENCE_MS);

    const events = await happened();
    expect(events.length).toBeGreaterThanOrEqual(2 * PRACTICES);
    const heard = receiver.received.map(({ headers }) => String(headers['webhook-id']));
    const first = new Map(heard.toReversed().map((id, index) => [id, heard.length - 1 - index]));
    for (const paymentId of payments) {
      const ids = events.filter(({ subject }) => subject === paymentId).map(({ event_id: id }) => id);
      const places = ids.map((id) => first.get(id) ?? -1);
      expect(places).toEqual([...places].sort((one, other) => one - other));
      expect(places).not.toContain(-1);
    }
    expect(heard.length).toBeGreaterThan(events.length);
  },
  CLAIM_MS,
);
