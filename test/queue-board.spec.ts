import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EFFECT_CLASSES, wakeQueueName } from '#libs/engine';
import { COMMAND_QUEUE } from '#libs/payments';
import { describeOnEachQueue } from '#libs/testkit';
import { EVENT_QUEUE } from '#libs/webhooks';
import type { BoardBench } from './board-bench.js';
import { OPERATOR_KEY, openBoardBench, READER_KEY } from './board-bench.js';
import { practice } from './practice.fixture.js';

const POLLS = wakeQueueName('poll');
const EVENT_ID = `evt_${'0'.repeat(32)}`;
const PAID = 'it.toscana.portos.payment.paid.v1';
const PROBLEM = /^application\/problem\+json/;
const payer = { fiscalCode: 'CNRGLL85T10A562H', email: 'canarino.giallo+q7x@example.org' };
const CANARY = /CNRGLL85T10A562H|canarino/i;
const words = `${payer.fiscalCode} ${payer.email}`;
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

/** What the board is asked for when somebody looks at everything that it has. */
const pathsOf = (queue: string, ids: readonly string[]): string[] => [
  ...['latest', 'active', 'waiting', 'completed', 'failed', 'delayed'].map(
    (status) => `/api/queues?activeQueue=${queue}&status=${status}&page=1&jobsPerPage=50`,
  ),
  ...['metrics', 'default-job-options', 'workers', 'rate-limit', 'job-data-schema'].map(
    (part) => `/api/queues/${queue}/${part}`,
  ),
  ...ids.flatMap((id) => ['', '/logs', '/flow'].map((part) => `/api/queues/${queue}/${encodeURIComponent(id)}${part}`)),
];

describeOnEachQueue('the queue board', (leg) => {
  let bench: BoardBench;
  /** One job of each kind of ending, and one that waits, each full of a payer. */
  const jobs = { failed: 'job-failed', completed: 'job-completed', waiting: 'job-waiting' };

  beforeAll(async () => {
    bench = await openBoardBench(leg);
    const commands = bench.queue(COMMAND_QUEUE);
    const data = { ...practice({ payer }), idempotencyKey: words };
    const add = (jobId: string) => commands.add('initialize', data, { jobId });
    await Promise.all([add(jobs.failed), add(jobs.completed)]);
    await bench.work(COMMAND_QUEUE, [jobs.failed, jobs.completed], async (job) => {
      await job.log(words);
      await job.updateProgress({ refused: words });
      if (job.id === jobs.failed) throw new Error(`422 The values cannot be. ${words}`);
      return { status: 202, body: { payer } };
    });
    await add(jobs.waiting);
    await commands.upsertJobScheduler('every-hour', { every: 3_600_000 }, { name: words, data });
    await bench.queue(POLLS).add(words, { effects: words }, { jobId: jobs.failed });
    const event = { id: EVENT_ID, type: PAID, subject: `pay_${'a'.repeat(32)}`, data: { payer } };
    await bench.queue(EVENT_QUEUE).add(PAID, event, { jobId: EVENT_ID });
    await bench.queue(EVENT_QUEUE).add(words, { id: words, subject: words }, { jobId: jobs.waiting });
    await bench.work(POLLS, [jobs.failed], () => Promise.reject(new TypeError(words)));
  }, 60_000);
  afterAll(() => bench.close());

  describe('shows nothing', () => {
    it.each(['', '/', '/api/queues', '/static/favicon.ico', '/api/queues/pause'])(
      'to who presents no key, and makes a browser ask for one: /queues%s',
      async (path) => {
        for (const headers of [
          {},
          basic('ops', ''),
          basic(READER_KEY, 'wrong'),
          { authorization: 'Bearer wrong' },
          { authorization: 'Basic %' },
          { authorization: READER_KEY },
        ]) {
          const answer = await bench.ask('GET', path, null, headers);
          expect(answer.status).toBe(401);
          expect(answer.headers.get('www-authenticate')).toBe('Basic realm="PORTOS Payments", charset="UTF-8"');
          expect(answer.headers.get('content-type')).toMatch(PROBLEM);
        }
        expect((await bench.ask('PUT', '/api/queues/pause', null)).status).toBe(401);
      },
    );
  });

  describe('shows its page and every queue', () => {
    it.each([
      ['the API key as a bearer token', { authorization: `Bearer ${READER_KEY}` }],
      ['the API key as a password', basic('ops', READER_KEY)],
      ['the operator key as a password', basic('ops', OPERATOR_KEY)],
    ])('to who presents %s', async (_, headers) => {
      const page = await bench.ask('GET', '', null, headers);
      expect(page.status).toBe(200);
      expect(page.text).toContain('<title>PORTOS Pagamenti · code</title>');
      expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
      const [script] = /static\/js\/main\.[^"]+/.exec(page.text) ?? [];
      expect((await bench.ask('GET', `/${script ?? ''}`, null, headers)).status).toBe(200);
      const listed = await bench.ask('GET', '/api/queues', null, headers);
      const { queues } = JSON.parse(listed.text) as { queues: { name: string; readOnlyMode: boolean }[] };
      expect(queues.map(({ name }) => name)).toEqual([
        COMMAND_QUEUE,
        ...EFFECT_CLASSES.map(wakeQueueName),
        EVENT_QUEUE,
      ]);
    });

    it('with the attempts, the times and the error code of a job', async () => {
      const { text } = await bench.ask('GET', `/api/queues/${COMMAND_QUEUE}/${jobs.failed}`, READER_KEY);
      expect(JSON.parse(text)).toMatchObject({
        status: 'failed',
        job: { id: jobs.failed, name: 'initialize', attempts: 1, failedReason: '422', isFailed: true },
      });
      const { job } = JSON.parse(text) as { job: { data: object; timestamp: number; finishedOn: number } };
      expect(Object.keys(job.data)).toEqual(['practiceId']);
      expect(job.finishedOn).toBeGreaterThanOrEqual(job.timestamp);
      const wake = await bench.ask('GET', `/api/queues/${POLLS}/${jobs.failed}`, READER_KEY);
      expect(JSON.parse(wake.text)).toMatchObject({ job: { name: 'unknown', data: {}, failedReason: 'TypeError' } });
    });

    it('with what an event is about, and nothing of a job that anybody put there', async () => {
      const shown = async (id: string) =>
        (JSON.parse((await bench.ask('GET', `/api/queues/${EVENT_QUEUE}/${id}`, READER_KEY)).text) as { job: object })
          .job;
      const paymentId = `pay_${'a'.repeat(32)}`;
      expect(await shown(EVENT_ID)).toMatchObject({ name: PAID, data: { id: EVENT_ID, paymentId } });
      expect(await shown(jobs.waiting)).toMatchObject({ name: 'unknown', data: {} });
    });
  });

  it('never shows a payer, whatever is asked for and whoever asks', async () => {
    const commands = await bench.queue(COMMAND_QUEUE).getJobs();
    expect(commands).toHaveLength(4);
    for (const job of commands) expect(JSON.stringify(job.asJSON())).toMatch(CANARY);
    const ids = commands.map(({ id }) => id ?? '');
    const paths = ['', '/api/redis/stats', '/api/job-schedulers', ...pathsOf(COMMAND_QUEUE, ids)];
    for (const key of [READER_KEY, OPERATOR_KEY]) {
      for (const path of [
        ...paths,
        ...pathsOf(POLLS, [jobs.failed]),
        ...pathsOf(EVENT_QUEUE, [EVENT_ID, jobs.waiting]),
      ]) {
        const { status, text } = await bench.ask('GET', path, key);
        expect([path, status]).toEqual([path, 200]);
        expect(text).not.toMatch(CANARY);
      }
    }
  });

  const changes = [
    ['PUT', '/api/queues/pause'],
    ['PUT', `/api/queues/${COMMAND_QUEUE}/pause`],
    ['PUT', `/api/queues/${COMMAND_QUEUE}/empty`],
    ['PUT', `/api/queues/${COMMAND_QUEUE}/obliterate`],
    ['PUT', `/api/queues/${COMMAND_QUEUE}/clean/failed`],
    ['PUT', `/api/queues/${COMMAND_QUEUE}/retry/failed`],
    ['PUT', `/api/queues/${COMMAND_QUEUE}/${jobs.failed}/retry`],
    ['PUT', `/api/queues/${COMMAND_QUEUE}/${jobs.failed}/clean`],
    ['PATCH', `/api/queues/${COMMAND_QUEUE}/${jobs.waiting}/update-data`],
    ['POST', `/api/queues/${COMMAND_QUEUE}/add`],
  ] as const;
  const counts = () => bench.queue(COMMAND_QUEUE).getJobCounts();

  it('lets a reader change nothing', async () => {
    const before = await counts();
    for (const [method, path] of changes) {
      const answer = await bench.ask(method, path, READER_KEY);
      expect([path, answer.status]).toEqual([path, 403]);
      expect(answer.headers.get('content-type')).toMatch(PROBLEM);
    }
    expect(await counts()).toEqual(before);
    expect(await bench.queue(COMMAND_QUEUE).isPaused()).toBe(false);
  });

  it('lets no page of another site change anything, though a browser lends it the operator’s password', async () => {
    const before = await counts();
    for (const from of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: bench.url },
      { origin: 'https://elsewhere.example.org' },
      { origin: 'null' },
    ]) {
      for (const [method, path] of changes) {
        const answer = await bench.ask(method, path, null, { ...basic('ops', OPERATOR_KEY), ...from });
        expect([path, answer.status]).toEqual([path, 403]);
      }
    }
    expect(await counts()).toEqual(before);
  });

  it('lets an operator neither write a job nor obliterate a queue', async () => {
    const before = await counts();
    for (const [method, path] of changes.filter(([, path]) => /add$|update-data$|obliterate$/.test(path))) {
      expect([path, (await bench.ask(method, path, OPERATOR_KEY)).status]).toEqual([path, 403]);
    }
    expect(await counts()).toEqual(before);
  });

  it('lets an operator retry a job, from the board’s own page too', async () => {
    const retry = `/api/queues/${COMMAND_QUEUE}/${jobs.failed}/retry`;
    const headers = { ...basic('ops', OPERATOR_KEY), 'sec-fetch-site': 'same-origin', origin: bench.url };
    expect((await bench.ask('PUT', retry, null, headers)).status).toBe(204);
    expect(await bench.queue(COMMAND_QUEUE).getJobState(jobs.failed)).toBe('waiting');
  });
});
