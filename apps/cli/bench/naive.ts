import { randomBytes, randomUUID } from 'node:crypto';
import type { Job, Queue } from 'bullmq';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import type { AnyStateMachine } from 'xstate';
import type { EngineEvent } from '#libs/engine';
import type { PracticeRequest } from '#libs/payments';
import type { PaymentContext } from '#machines/payment';
import { createPaymentMachine, currentAttempt, practiceInstanceId } from '#machines/payment';
import { practiceMachine } from '#machines/practice';
import type { Build, Census, ReadyPayment } from './build.js';
import type { Ground } from './ground.js';
import type { Step } from './naive-actor.js';
import { stepActor } from './naive-actor.js';
import type { EffectJob } from './naive-effects.js';
import { carryOut, retryLater } from './naive-effects.js';
import type { NaiveInstance } from './naive-rows.js';
import { naiveEntities, NaiveInstances, NaivePractices, NaiveTransitions } from './naive-rows.js';
import { PromptIris } from './prompt-iris.js';
import { Queues } from './queues.js';
import { Signals } from './signals.js';

/** One event on its way: a job of the queue of events. */
export interface EventJob {
  readonly to: string;
  readonly event: EngineEvent;
  /** Told when it is committed. */
  readonly command?: string;
  /** The key of the effect it comes from, which is thereby finished. */
  readonly ends?: string;
  /** A timer's key: it counts only if this very job still stands. */
  readonly timer?: string;
  /** "Paga e Invia" brings a practice and its payment into being. */
  readonly request?: PracticeRequest;
}

const MACHINES: Readonly<Record<string, AnyStateMachine>> = {
  payment: createPaymentMachine(),
  practice: practiceMachine,
};
const CONCURRENCY = 64;
const POOL_SIZE = 20;
const EVENTS = 'naive-events';
const EFFECTS = 'naive-effects';

/**
 * What a competent team writes in a week: the same machines as XState actors, an entity saved in a transaction that
 * holds its row, a row for each transition, and BullMQ for everything that happens later: each event is a job, each
 * effect is a job, each delay is a delayed job. It does less than ours: no duplicate is told apart, nothing is sealed,
 * and what is lost between the commit and the queue stays lost.
 */
export class NaiveBuild implements Build {
  readonly iris = new PromptIris();
  readonly intakeCommits = null;
  readonly #ready = new Signals<ReadyPayment>();
  readonly #done = new Signals();
  readonly #ends = new Signals();
  readonly #events: Queue;
  readonly #effects: Queue;

  private constructor(
    private readonly source: DataSource,
    private readonly queues: Queues,
    private readonly isQueued: boolean,
  ) {
    this.#events = queues.queue(EVENTS);
    this.#effects = queues.queue(EFFECTS);
  }

  get name(): string {
    return this.isQueued ? 'naive' : 'naive, direct';
  }

  /** @param how `direct`: commands are applied by whoever gives them; what comes back from effects is queued all the same. */
  static async open(ground: Ground, how: 'queued' | 'direct'): Promise<NaiveBuild> {
    const source = await new DataSource({
      type: 'postgres',
      url: ground.databaseUrl,
      entities: naiveEntities,
      poolSize: POOL_SIZE,
    }).initialize();
    const build = new NaiveBuild(source, new Queues(ground), how === 'queued');
    await build.queues.work(EVENTS, { concurrency: CONCURRENCY }, (job) => build.#takeIn(job.data as EventJob, job.id));
    await build.queues.work(EFFECTS, { concurrency: CONCURRENCY }, (job, token) => build.#carryOut(job, token));
    return build;
  }

  /** Creates its tables. */
  static async prepare(ground: Ground): Promise<void> {
    const source = await new DataSource({
      type: 'postgres',
      url: ground.databaseUrl,
      entities: naiveEntities,
      synchronize: true,
    }).initialize();
    await source.destroy();
  }

  async open(request: PracticeRequest): Promise<ReadyPayment> {
    const event = { type: 'practice.opened' };
    await this.#deliver({ to: practiceInstanceId(request.practiceId), event, request });
    return this.#ready.heard(request.practiceId);
  }

  async redirect({ paymentId }: ReadyPayment): Promise<void> {
    const event = { type: 'redirect.requested', next: newAttempt() };
    await this.#deliver({ to: paymentId, event });
  }

  async payerReturned({ returnToken }: ReadyPayment): Promise<void> {
    const practice = await this.source.getRepository(NaivePractices).findOneByOrFail({ returnToken });
    await this.#deliver({ to: practice.paymentId, event: { type: 'payer.returned', attempt: 1 } as EngineEvent });
  }

  async ended(practiceId: string): Promise<void> {
    await Promise.all([this.#ends.heard(`receipted/${practiceId}`), this.#ends.heard(`settled/${practiceId}`)]);
  }

  async census(): Promise<Census> {
    const [receipted, settled, all, transitions, ...failed] = await Promise.all([
      this.source.getRepository(NaiveInstances).countBy({ state: 'paid.receipted' }),
      this.source.getRepository(NaiveInstances).countBy({ state: 'settled' }),
      this.source.getRepository(NaiveInstances).count(),
      this.source.getRepository(NaiveTransitions).count(),
      this.#events.getFailedCount(),
      this.#effects.getFailedCount(),
    ]);
    const unfinished = all - receipted - settled;
    return { receipted, settled, unfinished, transitions, failed: failed.reduce((total, count) => total + count, 0) };
  }

  async close(): Promise<void> {
    await this.queues.close();
    await this.source.destroy();
  }

  /** Resolves when the event is committed. */
  async #deliver(given: EventJob): Promise<void> {
    if (!this.isQueued) {
      await this.#takeIn(given, undefined);
      return;
    }
    const command = randomUUID();
    const done = this.#done.heard(command);
    await this.#events.add('event', { ...given, command }, JOB);
    await done;
  }

  async #takeIn(job: EventJob, jobId: string | undefined): Promise<void> {
    const taken = await this.source.transaction((manager) =>
      job.request ? create(manager, job.request) : change(manager, job, jobId),
    );
    for (const { instance, before, step } of taken) {
      await this.#askFor(instance, before, step);
      this.#tell(instance);
    }
    if (job.command !== undefined) this.#done.tell(job.command);
  }

  /** What was armed before under a key that is asked for again or cancelled is removed; then all that is new is added. */
  async #askFor(instance: NaiveInstance, before: Readonly<Record<string, string>>, step: Step): Promise<void> {
    const obsolete = Object.entries(before).filter(([key, id]) => instance.armed[key] !== id);
    await Promise.all(obsolete.map(([key, id]) => (isTimer(key) ? this.#events : this.#effects).remove(id)));
    const timers = step.armed.filter((asked) => asked.type === 'timer');
    const effects = step.armed.filter((asked) => asked.type !== 'timer');
    if (timers.length > 0) {
      await this.#events.addBulk(
        timers.map(({ key, payload, delayMs }) => ({
          name: 'timer',
          data: { to: instance.id, event: payload, timer: key },
          opts: { ...JOB, delay: delayMs, ...jobIdOf(instance, key) },
        })),
      );
    }
    if (effects.length === 0) return;
    await this.#effects.addBulk(
      effects.map(({ type, key, payload, delayMs }) => ({
        name: type,
        data: { instanceId: instance.id, key, payload, seq: instance.version } satisfies EffectJob,
        opts: { ...JOB, delay: delayMs, ...jobIdOf(instance, key) },
      })),
    );
  }

  async #carryOut(job: Job, token: string | undefined): Promise<void> {
    const effect = job.data as EffectJob;
    const learned = await carryOut(job.name, effect, { iris: this.iris, source: this.source });
    if (!learned) return retryLater(job, token);
    await this.#events.add('event', { ...learned, ...(learned.to === effect.instanceId ? endOf(effect) : {}) }, JOB);
  }

  #tell({ machine, state, snapshot }: NaiveInstance): void {
    const { context } = snapshot as { context: PaymentContext };
    const { practiceId, paymentId } = context;
    if (machine === 'practice') {
      if (state === 'settled') this.#ends.tell(`settled/${practiceId}`);
      return;
    }
    if (state === 'paid.receipted') this.#ends.tell(`receipted/${practiceId}`);
    if (state !== 'initialized.ready') return;
    const { returnToken, positions } = currentAttempt(context);
    this.#ready.tell(practiceId, { paymentId, returnToken, idPagamento: positions[0]?.idPagamento ?? '' });
  }
}

const JOB = { removeOnComplete: true, removeOnFail: 1_000 } as const;

const isTimer = (key: string): boolean => key.startsWith('timer/');

const jobIdOf = ({ armed }: NaiveInstance, key: string | null) => (key === null ? {} : { jobId: armed[key] ?? '' });

const endOf = ({ key }: EffectJob) => (key === null ? {} : { ends: key });

interface Taken {
  readonly instance: NaiveInstance;
  /** What was armed before. */
  readonly before: Readonly<Record<string, string>>;
  readonly step: Step;
}

async function create(manager: EntityManager, request: PracticeRequest): Promise<readonly Taken[]> {
  const paymentId = `naive_${randomUUID()}`;
  const { practiceId, practiceType, payer, returnUrl } = request;
  const attempt = newAttempt();
  const charge = request.charges[0];
  await manager
    .getRepository(NaivePractices)
    .insert({ practiceId, paymentId, returnUrl, returnToken: attempt.returnToken, payer, charge } as object);
  const opened = { type: 'practice.opened', practiceId, practiceType, charges: [{ paymentId, kind: 'bolli' }] };
  const items = [{ item: 1, amountCents: 1_600 }];
  const initialized = { type: 'payment.initialized', paymentId, practiceId, kind: 'bolli', items, attempt };
  return [
    await bringIntoBeing(manager, 'practice', practiceInstanceId(practiceId), opened),
    await bringIntoBeing(manager, 'payment', paymentId, initialized),
  ];
}

async function bringIntoBeing(manager: EntityManager, machine: string, id: string, event: EngineEvent): Promise<Taken> {
  const step = stepActor(machineOf(machine), null, { ...event, seq: 1 });
  const { snapshot, state } = step;
  const instance: NaiveInstance = { id, machine, state, snapshot, armed: armedAfter({}, step, id, 1), version: 1 };
  await manager.getRepository(NaiveInstances).insert(instance as object);
  await record(manager, instance, event, null);
  return { instance, before: {}, step };
}

async function change(manager: EntityManager, job: EventJob, jobId: string | undefined): Promise<readonly Taken[]> {
  const instances = manager.getRepository(NaiveInstances);
  const lock = { mode: 'pessimistic_write' } as const;
  const instance = await instances.findOneOrFail({ where: { id: job.to }, lock });
  const { armed: before, state: from, version } = instance;
  if (job.timer !== undefined && before[job.timer] !== jobId) return [];
  const finished = job.ends ?? job.timer;
  const standing = Object.fromEntries(Object.entries(before).filter(([key]) => key !== finished));
  const step = stepActor(machineOf(instance.machine), instance.snapshot, { ...job.event, seq: version + 1 });
  Object.assign(instance, {
    snapshot: step.snapshot,
    state: step.state,
    armed: armedAfter(standing, step, instance.id, version + 1),
  });
  await instances.save(instance);
  await record(manager, instance, job.event, from);
  return [{ instance, before: standing, step }];
}

async function record(manager: EntityManager, instance: NaiveInstance, event: EngineEvent, fromState: string | null) {
  const { type, ...payload } = event;
  const { id: instanceId, version: seq, state: toState } = instance;
  await manager.getRepository(NaiveTransitions).insert({ instanceId, seq, type, payload, fromState, toState });
}

/** Key -> job id; BullMQ wants no ":" in one. */
function armedAfter(before: Readonly<Record<string, string>>, step: Step, id: string, seq: number) {
  const kept = Object.entries(before).filter(([key]) => !step.cancelled.includes(key));
  const added = step.armed.flatMap(({ key }) => (key === null ? [] : [[key, `${id}-${key}-${seq}`] as const]));
  return Object.fromEntries([...kept, ...added]);
}

function machineOf(name: string): AnyStateMachine {
  const machine = MACHINES[name];
  if (!machine) throw new RangeError(`no machine ${name}`);
  return machine;
}

let lastNumber = Date.now() * 1_000;

/** Identifiers of an attempt at one item; unique in this process, which is all that is asked here. */
function newAttempt() {
  const iuv = String((lastNumber += 1)).padStart(17, '0');
  const positions = [{ idPagamento: iuv, idPendenza: `P${iuv}`, iuv }];
  return { returnToken: randomBytes(24).toString('base64url'), positions };
}
