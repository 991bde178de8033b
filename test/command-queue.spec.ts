import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Job } from 'bullmq';
import { Worker } from 'bullmq';
import { COMMAND_QUEUE, giveQueuedCommand, noteOf, withoutPersonalData } from '#libs/payments';
import type { Problem } from '#libs/payments';
import type { InitializeBody } from '#libs/client';
import { CommandFailed } from '#libs/client';
import { hasRedisServer } from '#libs/platform';
import type { QueuePlace } from './command-bench.js';
import { CommandBench, connectionOf, placeOnPostgres, placeOnRedis } from './command-bench.js';
import { bolli, istruttoria, practice } from './practice.fixture.js';
import { eventually } from './stack.js';

const NOBODY = 'pay_00000000000000000000000000000000';
const TEN_TIMES = { attempts: 10, backoff: { type: 'exponential', delay: 1_000 } };
const body = (change: object = {}): InitializeBody => practice(change as never) as unknown as InitializeBody;
let keys = 0;
const key = () => ({ idempotencyKey: `key ${(keys += 1)}` });

/** What must hold of the queue of commands, wherever it lives. */
function commandSuite(backend: string, makePlace: (databaseUrl: string) => Promise<QueuePlace>): void {
  describe(`commands through the queue on ${backend}`, () => {
    let bench: CommandBench;
    beforeAll(async () => {
      bench = await CommandBench.open(makePlace);
    }, 60_000);
    afterAll(() => bench.close());

    const add = async (name: string, data: unknown, options: object = TEN_TIMES): Promise<string> =>
      (await bench.queue.add(name, data, options)).id ?? '';
    const answerOf = (jobId: string) => bench.producer.result(jobId, { timeoutMs: 15_000 });

    it('takes in what was enqueued before a worker was there', async () => {
      const { jobId } = await bench.producer.initialize(body(), key());
      await bench.startWorker();
      expect(await answerOf(jobId)).toMatchObject({ status: 202, body: { state: 'collecting' } });
    });

    describe('answers as HTTP does', () => {
      it('to initialize, however often the same content comes, and opens one practice', async () => {
        const answerIris = bench.iris.holdAnswers(); // so that the practice stands still meanwhile
        const content = body({ practiceType: 'istanza', charges: [bolli(2), istruttoria()] });
        const practices = await bench.count('payments.practice');
        const jobs = await Promise.all([1, 2].map(() => bench.producer.initialize(content, key())));
        const answers = await Promise.all(jobs.map(({ jobId }) => answerOf(jobId)));
        const http = await bench.call('POST', '/v1/practices', content);
        answerIris();
        const expected = { status: http.status, location: http.headers.get('location'), body: http.body };
        expect(answers).toEqual([expected, expected]);
        expect(await bench.count('payments.practice')).toBe(practices + 1);
      });

      it('to initialize under a key that was used: as the first time, though the practice has other content by now', async () => {
        const [content, named] = [body(), key()];
        const first = await answerOf((await bench.producer.initialize(content, named)).jobId);
        await bench.call('PUT', `/v1/practices/${content.practiceId}`, { ...content, charges: [bolli(2)] });
        const again = await add('initialize', { ...content, ...named });
        expect(await answerOf(again)).toEqual(first);
        const other = await add('initialize', { ...body(), ...named });
        expect(await bench.failure(other)).toMatch(/^422 .*\/idempotencyKey was used before/);
      });

      it('to initialize that was refused: in the same words, though it would be taken by now', async () => {
        const [content, named] = [body(), key()];
        await answerOf((await bench.producer.initialize(content, key())).jobId);
        const wanted = { ...content, charges: [bolli(2)] };
        const words = await bench.failure(await add('initialize', { ...wanted, ...named }));
        expect(words).toMatch(/^409 /);
        await bench.call('PUT', `/v1/practices/${content.practiceId}`, wanted);
        expect(await bench.failure(await add('initialize', { ...wanted, ...named }))).toBe(words);
      });

      it('to annul', async () => {
        const paymentId = await bench.ready();
        const { jobId } = await bench.producer.annul({ paymentId, reason: 'non serve' }, key());
        expect(await answerOf(jobId)).toEqual({ status: 202, body: await bench.view(paymentId) });
        const { rows } = await bench.pool.query(
          `select source, actor, payload from engine.transition where instance_id = $1 and type = 'annul.requested'`,
          [paymentId],
        );
        expect(rows).toEqual([{ source: 'queue', actor: 'payment-commands', payload: { reason: 'non serve' } }]);
      });

      it('to verify', async () => {
        const paymentId = await bench.annulled();
        const { jobId } = await bench.producer.verify({ paymentId }, key());
        const { status, body: view } = await answerOf(jobId);
        expect([status, view['paymentId'], view['state']]).toEqual([202, paymentId, 'annulled']);
        expect(await bench.heard(paymentId, 'verify.requested')).toBe(1);
      });

      it('to regenerate, and a doubled job asks for one new attempt', async () => {
        const paymentId = await bench.annulled();
        const jobs = await Promise.all([1, 2].map(() => bench.producer.regenerate({ paymentId, attempt: 1 })));
        for (const { jobId } of jobs) expect(await answerOf(jobId)).toMatchObject({ status: 202, body: { paymentId } });
        await bench.until(paymentId, ({ allowedActions }) => allowedActions.includes('redirect'));
        const late = await bench.producer.regenerate({ paymentId, attempt: 1 });
        expect(await answerOf(late.jobId)).toMatchObject({ status: 202, body: { attempt: { number: 2 } } });
        expect((await bench.view(paymentId)).attempts.map(({ number }) => number)).toEqual([1, 2]);
      });
    });

    describe('refuses for good, in the words of HTTP', () => {
      const detailOf = async (path: string, content: object) => {
        const { status, body: problem } = await bench.call<Problem>('POST', path, content);
        return { status, title: problem.title, detail: problem.detail };
      };

      it.each(['annul', 'verify', 'regenerate'])('%s for a payment nobody knows', async (command) => {
        const content = { annul: { reason: 'x' }, regenerate: { attempt: 1 } }[command] ?? {};
        const http = await detailOf(`/v1/payments/${NOBODY}/${command}`, content);
        const jobId = await add(command, { paymentId: NOBODY, ...content, ...key() });
        expect(http.status).toBe(404);
        expect(await bench.failure(jobId)).toBe(`404 ${http.title}. ${http.detail}`);
      });

      it('annul while a payment is under way, with the state and what is allowed', async () => {
        const paymentId = await bench.inProgress();
        const http = await detailOf(`/v1/payments/${paymentId}/annul`, { reason: 'x' });
        const jobId = await add('annul', { paymentId, reason: 'x', ...key() });
        expect(http.status).toBe(409);
        expect(await bench.failure(jobId)).toBe(`409 ${http.title}. ${http.detail}`);
        expect((await bench.ended(jobId)).attemptsMade).toBe(1);
        const failed = await answerOf(jobId).catch((error: unknown) => error);
        expect(failed).toBeInstanceOf(CommandFailed);
        expect(failed).toMatchObject({ status: 409, message: `409 ${http.title}. ${http.detail}` });
      });

      it('regenerate of an attempt there is not, or where it is not allowed', async () => {
        const paymentId = await bench.ready();
        expect(await bench.failure(await add('regenerate', { paymentId, attempt: 7 }))).toMatch(
          /^422 .*\/attempt there/,
        );
        expect(await bench.failure(await add('regenerate', { paymentId, attempt: 1 }))).toMatch(
          /^409 .*blocked.*initialized\.ready.*redirect, annul, verify/,
        );
      });

      it('regenerate in the cool-down, saying when to come back', async () => {
        const paymentId = await bench.annulled();
        await answerOf((await bench.producer.regenerate({ paymentId, attempt: 1 })).jobId);
        await bench.until(paymentId, ({ attempt, state }) => attempt.number === 2 && state === 'initialized');
        await bench.call('POST', `/v1/payments/${paymentId}/annul`, { reason: 'x' });
        const { jobId } = await bench.producer.regenerate({ paymentId, attempt: 2 });
        expect(await bench.failure(jobId)).toMatch(/^429 Too soon\. .*Try again in (30|[12]?\d) s\.$/);
        const http = await bench.call<Problem>('POST', `/v1/payments/${paymentId}/regenerate`, { attempt: 2 });
        expect(http.status).toBe(429);
        expect(http.headers.get('retry-after')).toBe(String(http.body.retryAfterSeconds));
      });

      it('other content under a practice id that is taken', async () => {
        const content = body();
        await answerOf((await bench.producer.initialize(content, key())).jobId);
        const other = { ...content, returnUrl: 'https://portos.example.org/altro' };
        const http = await detailOf('/v1/practices', other);
        const { jobId } = await bench.producer.initialize(other, key());
        expect(await bench.failure(jobId)).toBe(`409 ${http.title}. ${http.detail}`);
      });

      it('what is malformed, at once though tries are left, naming every fault', async () => {
        const { payer: _, ...content } = body({ practiceId: 'a/b', state: 'paid' });
        const jobId = await add('initialize', content);
        const words = await bench.failure(jobId);
        expect(words).toMatch(/^400 /);
        for (const pointer of ['/payer', '/practiceId', '/state', '/idempotencyKey'])
          expect(words).toContain(`${pointer} `);
        expect((await bench.ended(jobId)).attemptsMade).toBe(1);
      });
    });

    describe('holds no job that could say what happened', () => {
      const counts = () => Promise.all(['engine.instance', 'engine.transition'].map((table) => bench.count(table)));
      const pollution = JSON.parse('{"__proto__": {"state": "paid"}}') as object;

      it.each(['paid', 'position.reported', 'attempt.opened', '__proto__', 'toString', ''])(
        'by its name: %j',
        async (name) => {
          const paymentId = await bench.annulled();
          const before = await bench.heard(paymentId);
          const jobId = await add(name, { paymentId, ...key() });
          expect(await bench.failure(jobId)).toMatch(/^400 .*must be one of initialize, regenerate, annul, verify/);
          expect((await bench.view(paymentId)).state).toBe('annulled');
          expect(await bench.heard(paymentId)).toBe(before);
        },
      );

      it.each([
        ['a state', { state: 'paid' }, '/state'],
        ['an esito', { esito: 'paid' }, '/esito'],
        ['a type', { type: 'position.reported' }, '/type'],
        ['an actor', { actor: 'operator' }, '/actor'],
        ['a prototype', pollution, '/__proto__'],
        ['a number as reason', { reason: 1 }, '/reason'],
        ['a key that cannot be printed', { idempotencyKey: 'a\nb' }, '/idempotencyKey'],
        ['the id of a practice', { paymentId: 'practice/P-1' }, '/paymentId'],
        ['a huge reason', { reason: 'x'.repeat(200_000) }, '/'],
        ['a huge list', { list: Array.from({ length: 60_000 }, () => 1) }, '/'],
      ])('by its data: %s', async (_, change, pointer) => {
        const paymentId = await bench.annulled();
        const data = { paymentId, reason: 'x', ...key(), ...change };
        Object.defineProperties(data, Object.getOwnPropertyDescriptors(change)); // a spread leaves `__proto__` out
        const before = await counts();
        const words = await bench.failure(await add('annul', data));
        expect(words).toMatch(/^400 /);
        expect(words).toContain(`${pointer} `);
        expect(words.length).toBeLessThan(5_000);
        expect(await counts()).toEqual(before);
        expect(({} as { state?: unknown }).state).toBeUndefined();
      });

      it.each([null, 'paid', 7, [], [[]]])('by data that is no object: %j', async (data) => {
        expect(await bench.failure(await add('verify', data))).toMatch(/^400 /);
      });
    });

    describe('gives a command one effect', () => {
      it('enqueued twice under one key, and the same answer', async () => {
        const paymentId = await bench.ready();
        const once = key();
        const jobs = await Promise.all([1, 2].map(() => bench.producer.annul({ paymentId, reason: 'x' }, once)));
        const answers = await Promise.all(jobs.map(({ jobId }) => answerOf(jobId)));
        expect(answers[0]).toEqual(answers[1]);
        expect(await bench.heard(paymentId, 'annul.requested')).toBe(1);
      });

      it('refused under a key it is refused again, though it would be taken now', async () => {
        const paymentId = await bench.inProgress();
        const once = key();
        const first = await bench.producer.annul({ paymentId, reason: 'x' }, once);
        const words = await bench.failure(first.jobId);
        const { attempt } = await bench.view(paymentId);
        for (const { idPagamento } of attempt.positions) bench.iris.says(idPagamento, 'refused');
        await bench.until(paymentId, ({ state }) => state === 'rejected');
        const again = await bench.producer.annul({ paymentId, reason: 'x' }, once);
        expect((await bench.failure(again.jobId)).split(' Allowed now')[0]).toBe(words.split(' Allowed now')[0]);
        const anew = await bench.producer.annul({ paymentId, reason: 'x' }, key());
        expect(await answerOf(anew.jobId)).toMatchObject({ body: { state: 'annulled' } });
      });

      it('and takes no other content under a used key', async () => {
        const paymentId = await bench.ready();
        const once = key();
        await answerOf((await bench.producer.annul({ paymentId, reason: 'x' }, once)).jobId);
        const other = await bench.producer.annul({ paymentId, reason: 'y' }, once);
        expect(await bench.failure(other.jobId)).toMatch(/^422 .*\/idempotencyKey was used/);
      });

      it('though its worker was killed after it, at any point', async () => {
        const paymentId = await bench.ready();
        await bench.stopWorker();
        const jobs = [
          await bench.producer.annul({ paymentId, reason: 'x' }, key()),
          await bench.producer.initialize(body(), key()),
          await bench.producer.initialize(body(), key()),
        ];
        await killedAfter(jobs.length, async (job) => {
          const outcome = await giveQueuedCommand(bench.payments, job, new AbortController().signal);
          if (job.id === jobs[1]?.jobId) return; // it dies before anything is noted, the others after
          await job.updateProgress({ ...noteOf(outcome) });
          await job.updateData(withoutPersonalData(job.name, job.data));
        });
        const practices = await bench.count('payments.practice');
        await bench.startWorker();
        const answers = await Promise.all(jobs.map(({ jobId }) => bench.producer.result(jobId, { timeoutMs: 40_000 })));
        expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
        expect(answers.map(({ location }) => location !== undefined)).toEqual([false, true, true]);
        expect(answers[0]?.body['state']).toBe('annulled');
        expect(await bench.heard(paymentId, 'annul.requested')).toBe(1);
        expect(await bench.count('payments.practice')).toBe(practices);
      }, 60_000);

      /** A worker that does `work` for so many jobs, never ends them, and is gone without a word. */
      async function killedAfter(count: number, work: (job: Job<unknown>) => Promise<void>): Promise<void> {
        let hold: () => void = () => undefined;
        const forever = new Promise<void>((resolve) => (hold = resolve));
        let done = 0;
        const doomed = new Worker(
          COMMAND_QUEUE,
          async (job: Job<unknown>) => {
            await work(job);
            done += 1;
            await forever;
          },
          {
            ...connectionOf(bench.place),
            prefix: bench.place.prefix,
            concurrency: count,
            lockDuration: 1_000,
          } as never,
          bench.place.factory as never,
        );
        doomed.on('error', () => undefined);
        await eventually(() => Promise.resolve(done === count ? true : null), 'the doomed worker has done its work');
        await doomed.close(true);
        hold();
      }
    });

    describe('loses no command', () => {
      /** The database refuses everything, as one that cannot be reached would. */
      const breakDatabase = () => bench.pool.query('alter table engine.transition rename to elsewhere');
      const mendDatabase = () => bench.pool.query('alter table engine.elsewhere rename to transition');
      const hasFailed = () =>
        eventually(() => Promise.resolve(bench.failures.length > 0 || null), 'the worker has tried in vain');

      it('when the database is away for a while: it is tried again within the job', async () => {
        const paymentId = await bench.ready();
        bench.failures.length = 0;
        await breakDatabase();
        const { jobId } = await bench.producer.verify({ paymentId }, key());
        await hasFailed();
        await mendDatabase();
        expect(await answerOf(jobId)).toMatchObject({ status: 202 });
        expect((await bench.ended(jobId)).attemptsMade).toBe(1);
      });

      it('when its worker is stopped meanwhile: that takes no minute, and the next worker takes it up', async () => {
        const paymentId = await bench.ready();
        bench.failures.length = 0;
        await breakDatabase();
        const jobId = await add('annul', { paymentId, reason: 'x', ...key() }, { attempts: 1 });
        await hasFailed();
        const before = performance.now();
        await bench.stopWorker();
        expect(performance.now() - before).toBeLessThan(8_000);
        expect(await (await bench.queue.getJob(jobId))?.getState()).toBe('waiting');
        await mendDatabase();
        await bench.startWorker();
        expect(await answerOf(jobId)).toMatchObject({ body: { state: 'annulled' } });
      });
    });

    it('keeps nothing of a payer once a job is decided, whether taken in, refused or malformed', async () => {
      const taxCode = 'CNRGLL85T10A562H';
      const email = 'canarino.giallo@example.org';
      const payer = { fiscalCode: taxCode, email };
      const paymentId = await bench.inProgress();
      const good = body({ payer });
      await bench.stopWorker();
      const jobs = await Promise.all([
        add('initialize', { ...good, ...key() }),
        add('initialize', { ...body({ payer: { fiscalCode: `${taxCode.slice(0, -1)}X`, email } }), ...key() }),
        add('initialize', { ...body({ payer: { ...payer, fiscalCode: 7 } }), ...key() }),
        add('initialize', {
          ...body({ payer: { ...payer, name: email } }),
          [taxCode]: email,
          payment: payer,
          ...key(),
        }),
        add('initialize', [payer]),
        add('initialize', { payer: email, note: 'x'.repeat(200_000) + taxCode }),
        add('paid', { payer, fiscalCode: taxCode }),
        add('annul', { paymentId, reason: `chiesto da ${email}`, ...key() }),
        add('annul', { paymentId: taxCode, reason: 'x', ...key() }),
        add('verify', { paymentId: NOBODY, idempotencyKey: 'x', email }),
        add('regenerate', { paymentId, attempt: taxCode }),
      ]);
      const other = await add('initialize', { ...good, returnUrl: 'https://portos.example.org/altro', ...key() });
      expect(await bench.place.everything()).toContain(taxCode); // it would be found, were it there
      await bench.startWorker();
      const ended = await Promise.all([...jobs, other].map((jobId) => bench.ended(jobId)));
      const states = await Promise.all(ended.map((job) => job.getState()));
      expect(states.filter((state) => state === 'completed')).toHaveLength(1);
      expect(ended[0]?.data).toMatchObject({ practiceId: good.practiceId, payer: '[removed]' });
      const kept = `${await bench.place.everything()}\n${bench.said.join('\n')}`;
      for (const canary of [taxCode, taxCode.slice(0, -1), email]) expect(kept).not.toContain(canary);
    });
  });
}

commandSuite('PostgreSQL', placeOnPostgres);

if (hasRedisServer()) {
  commandSuite('Redis', placeOnRedis);
} else {
  describe('commands through the queue on Redis', () => {
    it.skip('are the same (skipped: redis-server is not installed)', () => undefined);
  });
}
