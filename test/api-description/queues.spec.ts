import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Job, Queue } from 'bullmq';
import type { CommandProducer, InitializeBody } from '#libs/client';
import { CommandFailed, createCommandProducer } from '#libs/client';
import { openQueueBackend, openQueueServer } from '#libs/engine';
import type { CloudEvent } from '#libs/webhooks';
import { EVENT_QUEUE } from '#libs/webhooks';
import { asyncApiDocument } from '../../apps/api/openapi/async-document.js';
import { DescribedSchemas } from '../described-schemas.js';
import { bolli, istruttoria, practice } from '../practice.fixture.js';
import type { Stack } from '../stack.js';
import { eventually, startStack } from '../stack.js';

/** What the queues really carry is what the description says of them. */

const document = asyncApiDocument();
const schemas = new DescribedSchemas(document);
const NOBODY = `pay_${'0'.repeat(32)}`;

/** @param name of a message in the description */
function faultsOf(name: string, payload: unknown): string[] {
  const message = document.components.messages[name] as { readonly payload: object } | undefined;
  return message ? schemas.faults(message.payload, payload) : [`no message ${name} is described`];
}

let stack: Stack;
let producer: CommandProducer;
let queue: Queue;
let close: () => Promise<void>;

beforeAll(async () => {
  stack = await startStack({ EVENTS_QUEUE: 'on' });
  const { databaseUrl, prefix } = stack.queues;
  producer = createCommandProducer({ url: databaseUrl, prefix });
  const backend = await openQueueBackend(stack.queues);
  const server = openQueueServer(backend, prefix);
  queue = server.openQueue(EVENT_QUEUE);
  close = async () => {
    server.disconnect();
    await queue.close();
    await backend.close();
    await producer.close();
    await stack.stop();
  };
}, 60_000);

afterAll(() => close());

describe('the queues are as described', () => {
  it('in what the jobs of commands come to', async () => {
    const body = practice({ practiceType: 'istanza', charges: [bolli(2), istruttoria()] }) as unknown as InitializeBody;
    const { jobId } = await producer.initialize(body, { idempotencyKey: 'opened' });
    const opened = await producer.result(jobId);
    expect(faultsOf('practiceAnswer', opened)).toEqual([]);
    const [payment] = opened.body['payments'] as readonly { readonly paymentId: string }[];
    const verified = await producer.verify({ paymentId: payment?.paymentId ?? '' }, { idempotencyKey: 'verified' });
    expect(faultsOf('paymentAnswer', await producer.result(verified.jobId))).toEqual([]);
  });

  it('in how they are refused', async () => {
    const { jobId } = await producer.annul({ paymentId: NOBODY, reason: 'x' }, { idempotencyKey: 'nobody' });
    const refused: unknown = await producer.result(jobId).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(CommandFailed);
    expect(faultsOf('commandRefusal', (refused as CommandFailed).message)).toEqual([]);
  });

  it('in what the events are', async () => {
    const body = practice();
    await stack.call('POST', '/v1/practices', body);
    const jobs = await eventually(async () => {
      const found = (await queue.getJobs(['waiting'], 0, 99, true)) as Job<CloudEvent>[];
      return found.some(({ data }) => data.data['practiceId'] === body.practiceId) ? found : null;
    }, 'the event is there');
    for (const { name, data } of jobs) {
      expect([name, faultsOf(name.replace(/^it\.toscana\.portos\.|\.v1$/g, ''), data)]).toEqual([name, []]);
    }
  });
});
