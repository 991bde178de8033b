import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PaymentView, PracticeView } from '#libs/payments';
import { practice } from '../practice.fixture.js';
import { buildPrograms } from '../programs/program.js';
import { ProgramStack } from '../programs/program-stack.js';
import { eventually } from '../stack.js';

/** The API dies when a command under an Idempotency-Key is committed and nobody has been told; PORTOS sends it again. */

const BUILD_AND_START_MS = 240_000;
const CLAIM_MS = 60_000;

let stack: ProgramStack;

beforeAll(async () => {
  await buildPrograms();
  stack = await ProgramStack.start('postgres', { LOG_LEVEL: 'warn' });
}, BUILD_AND_START_MS);

afterAll(() => stack.stop(), BUILD_AND_START_MS);

interface Answered {
  readonly status: number;
  readonly location: string | null;
  readonly isReplay: boolean;
  readonly body: unknown;
}

async function post(path: string, body: unknown, key?: string): Promise<Answered> {
  const response = await fetch(`${stack.apiUrl}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${stack.apiKey}`,
      'content-type': 'application/json',
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    body: JSON.stringify(body),
  });
  return {
    status: response.status,
    location: response.headers.get('location'),
    isReplay: response.headers.get('idempotent-replayed') === 'true',
    body: await response.json(),
  };
}

const openPractice = async (): Promise<{ practiceId: string; payment: PaymentView }> => {
  const body = practice();
  await post('/v1/practices', body);
  const payment = await eventually(async () => {
    const response = await fetch(`${stack.apiUrl}/v1/practices/${body.practiceId}`, {
      headers: { authorization: `Bearer ${stack.apiKey}` },
    });
    const { payments } = (await response.json()) as PracticeView;
    return payments.find(({ allowedActions }) => allowedActions.includes('redirect')) ?? null;
  }, 'the payment is ready');
  return { practiceId: body.practiceId, payment };
};

interface Command {
  readonly path: string;
  readonly body: unknown;
  /** What hears it, and as what. */
  readonly instance: string;
  readonly type: string;
}

const COMMANDS: readonly [string, number, () => Promise<Command>][] = [
  [
    'to open a practice',
    202,
    () => {
      const body = practice();
      const instance = `practice/${body.practiceId}`;
      return Promise.resolve({ path: '/v1/practices', body, instance, type: 'practice.opened' });
    },
  ],
  [
    'to send the payer to IRIS',
    200,
    async () => {
      const { paymentId } = (await openPractice()).payment;
      return { path: `/v1/payments/${paymentId}/redirect`, body: {}, instance: paymentId, type: 'redirect.requested' };
    },
  ],
  [
    'to ask IRIS now',
    202,
    async () => {
      const { paymentId } = (await openPractice()).payment;
      return { path: `/v1/payments/${paymentId}/verify`, body: {}, instance: paymentId, type: 'verify.requested' };
    },
  ],
  [
    'to annul',
    202,
    async () => {
      const { paymentId } = (await openPractice()).payment;
      const body = { reason: 'non serve' };
      return { path: `/v1/payments/${paymentId}/annul`, body, instance: paymentId, type: 'annul.requested' };
    },
  ],
  [
    'to withdraw a practice',
    202,
    async () => {
      const { practiceId } = await openPractice();
      const path = `/v1/practices/${practiceId}/withdraw`;
      const instance = `practice/${practiceId}`;
      return { path, body: { reason: 'rinuncia' }, instance, type: 'practice.withdrawn' };
    },
  ],
];

describe('a command whose API dies between its commit and its answer', () => {
  it.each(COMMANDS)(
    '%s, sent again, has had one effect and is answered %d',
    async (_, status, make) => {
      const [{ path, body, instance, type }, key] = [await make(), randomUUID()];
      const died = stack.api.fails('commit.after', 1);
      await expect(post(path, body, key)).rejects.toThrow();
      await died;
      await stack.api.ready();
      expect(await answersOf(instance)).toEqual([{ hasAnswer: false }]);

      const again = await post(path, body, key);
      expect([again.status, again.isReplay]).toEqual([status, false]);
      expect(again.location).toBe(
        path === '/v1/practices' ? `/v1/${instance.replace('practice/', 'practices/')}` : null,
      );
      expect(await answersOf(instance)).toEqual([{ hasAnswer: true }]);
      expect(await post(path, body, key)).toEqual({ ...again, isReplay: true });
      expect(await countHeard(instance, type)).toBe(1);
      expect((await post(path, { ...(body as object), more: 1 }, key)).status).toBe(422);
    },
    CLAIM_MS,
  );
});

async function answersOf(instance: string): Promise<readonly { readonly hasAnswer: boolean }[]> {
  const { rows } = await stack.database.pool.query<{ hasAnswer: boolean }>(
    'select answer is not null as "hasAnswer" from payments.idempotency_key where instance_id = $1',
    [instance],
  );
  return rows;
}

async function countHeard(instance: string, type: string): Promise<number> {
  const { rows } = await stack.database.pool.query<{ count: string }>(
    'select count(*) from engine.transition where instance_id = $1 and type = $2',
    [instance, type],
  );
  return Number(rows[0]?.count);
}
