import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import type { EffectClass, EffectRef, Instance, WakeQueue } from '#libs/engine';
import { Relay, Runner } from '#libs/engine';
import type { Payments, PracticeRequest } from '#libs/payments';
import { createPayments } from '#libs/payments';
import { createPool, readConfig } from '#libs/platform';
import type { PaymentContext } from '#machines/payment';
import { currentAttempt } from '#machines/payment';
import type { PracticeContext } from '#machines/practice';
import type { Build, Census, ReadyPayment } from './build.js';
import type { Ground } from './ground.js';
import { PromptIris } from './prompt-iris.js';
import { ENGINE_QUEUES, Queues } from './queues.js';
import { Signals } from './signals.js';

const CALLER = { source: 'api', actor: 'bench' } as const;
const ENCRYPTION_KEY = randomBytes(32).toString('base64');
/** As the worker process has it. */
const POOL_SIZE = 10;

export interface OurOptions {
  /** Settings that differ from the defaults. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Hears of every effect a worker was woken for. */
  readonly onRung?: (effectClass: EffectClass, refs: readonly EffectRef[]) => void;
}

/** Our engine in this process: commands, intake, relay and BullMQ workers as the real processes have them, no HTTP. */
export class OurBuild implements Build {
  readonly name = 'ours';
  readonly #ready = new Signals<ReadyPayment>();
  readonly #ends = new Signals();
  #payments: Payments | null = null;
  #relay: Relay | null = null;

  private constructor(
    readonly iris: PromptIris,
    readonly pool: Pool,
    readonly queues: Queues,
    private readonly options: OurOptions,
  ) {}

  static async open(ground: Ground, options: OurOptions = {}): Promise<OurBuild> {
    const pool = createPool(ground.databaseUrl, { max: POOL_SIZE, applicationName: 'bench' });
    const build = new OurBuild(new PromptIris(), pool, new Queues(ground), options);
    build.#payments = await createPayments({
      config: readConfig({ ENCRYPTION_KEY, ...options.environment }),
      databaseUrl: ground.databaseUrl,
      pool,
      iris: build.iris,
      onCommitted: (receipts) => {
        for (const { decision, instance } of receipts) if (decision === 'applied') build.#hear(instance);
      },
    });
    return build;
  }

  /** With its workers and its relay. */
  static async openWorking(ground: Ground, options: OurOptions = {}): Promise<OurBuild> {
    const build = await OurBuild.open(ground, options);
    await build.startWorking();
    return build;
  }

  get payments(): Payments {
    if (!this.#payments) throw new Error('the build is not open');
    return this.#payments;
  }

  get intakeCommits(): number {
    return this.payments.intake.commits;
  }

  /** What the worker process runs. */
  async startWorking(): Promise<void> {
    const { store, intake, registry } = this.payments;
    const runner = new Runner({ store, intake, registry, log: loud });
    await this.queues.workEffects((refs) => runner.run(refs));
    this.startRinging();
  }

  /** The relay alone: effects are rung for, and nobody carries them out. */
  startRinging(): void {
    this.#relay = new Relay({ store: this.payments.store, wakeQueue: this.#heardWakeQueue(), log: loud });
    this.#relay.start();
  }

  async stopWorking(): Promise<void> {
    await this.#relay?.stop();
    this.#relay = null;
    await this.queues.rest();
  }

  async open(request: PracticeRequest): Promise<ReadyPayment> {
    await this.payments.openPractice(request, CALLER);
    return this.#ready.heard(request.practiceId);
  }

  async redirect({ paymentId }: ReadyPayment): Promise<void> {
    await this.payments.redirect(paymentId, CALLER);
  }

  async payerReturned({ returnToken }: ReadyPayment): Promise<void> {
    await this.payments.payerReturned(returnToken);
  }

  async ended(practiceId: string): Promise<void> {
    await Promise.all([this.#ends.heard(`receipted/${practiceId}`), this.#ends.heard(`settled/${practiceId}`)]);
  }

  async census(): Promise<Census> {
    const { store } = this.payments;
    const [payments, practices, parked, recorded, ...failedJobs] = await Promise.all([
      store.countByState('payment'),
      store.countByState('practice'),
      store.parkedEffects(1_000),
      this.pool.query<{ count: string }>('select count(*) from engine.transition'),
      ...ENGINE_QUEUES.map((name) => this.queues.queue(name).getFailedCount()),
    ]);
    const receipted = payments['paid.receipted'] ?? 0;
    const settled = practices['settled'] ?? 0;
    return {
      receipted,
      settled,
      unfinished: sum(Object.values(payments)) + sum(Object.values(practices)) - receipted - settled,
      transitions: Number(recorded.rows[0]?.count),
      failed: parked.length + sum(failedJobs),
    };
  }

  async close(): Promise<void> {
    await this.stopWorking();
    await this.payments.close();
    await this.queues.close();
    await this.pool.end();
  }

  #hear({ machine, state, snapshot }: Instance): void {
    if (machine === 'practice') {
      if (state !== 'settled') return;
      this.#ends.tell(`settled/${(snapshot.context as unknown as PracticeContext).practiceId}`);
      return;
    }
    const context = snapshot.context as unknown as PaymentContext;
    if (state === 'initialized.ready') this.#ready.tell(context.practiceId, readyPayment(context));
    if (state === 'paid.receipted') this.#ends.tell(`receipted/${context.practiceId}`);
  }

  #heardWakeQueue(): WakeQueue {
    const wakeQueue = this.queues.wakeQueue();
    const { onRung } = this.options;
    if (!onRung) return wakeQueue;
    return {
      wake: async (effectClass, refs) => {
        await wakeQueue.wake(effectClass, refs);
        onRung(effectClass, refs);
      },
      waiting: (effectClass) => wakeQueue.waiting(effectClass),
      close: () => wakeQueue.close(),
    };
  }
}

function readyPayment(context: PaymentContext): ReadyPayment {
  const { returnToken, positions } = currentAttempt(context);
  return { paymentId: context.paymentId, returnToken, idPagamento: positions[0]?.idPagamento ?? '' };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** What the engine complains about spoils a figure, so it is shown. */
const loud = {
  debug: () => undefined,
  info: () => undefined,
  warn: (facts: object, message: string) => console.warn(`engine: ${message}`, facts),
  error: (facts: object, message: string) => console.error(`engine: ${message}`, facts),
};
