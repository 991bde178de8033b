import { EFFECT_CLASSES } from '../core/effect.js';
import type { EffectClass } from '../core/effect.js';
import type { WakeQueue } from '../core/ports.js';
import type { RungEffect } from '../postgres/claim.js';
import type { Listening } from '../postgres/doorbell.js';
import type { Store } from '../postgres/store.js';
import type { EngineLog } from './log.js';
import { reasonOf } from './settlement.js';
import type { Waits } from './waits.js';
import { REAL_WAITS } from './waits.js';

/** What the relay is made of. */
export interface RelayOptions {
  readonly store: Store;
  readonly wakeQueue: WakeQueue;
  readonly log: EngineLog;
  /** Effects of one class taken by one scan. */
  readonly quota?: number;
  /** Jobs of one class that may wait in the queue before no more are added. */
  readonly maxWaiting?: number;
  /** The longest pause between two scans, in milliseconds: what a lost notification costs. */
  readonly tickMs?: number;
  readonly waits?: Waits;
}

const DEFAULT_QUOTA = 500;
const DEFAULT_MAX_WAITING = 1_000;
const DEFAULT_TICK_MS = 1_000;
/** The shortest one: a due row that is locked at this moment is not worth a busy loop. */
const BREATH_MS = 5;
/** A queue that does not answer is not waited for; the effects are rung again. */
const QUEUE_TIMEOUT_MS = 5_000;

/**
 * Wakes workers for due effects: a loop of scans, hurried by `kick` (a commit in this process), by the database's
 * notifications (a commit elsewhere), and by the date of the next effect. It only rings. A job that is lost, a worker
 * that dies and a queue that is wiped are one case: nobody claims the effect, so its date comes again.
 *
 * It holds back while a class has `maxWaiting` jobs in the queue: the rows wait as well as the jobs would, and Redis
 * grows with the work in flight, never with the work that waits. Several relays may run; a row is rung by one of them.
 */
export class Relay {
  /** Rung since the queue of this class was last asked for its length. */
  readonly #rungSinceAsked = new Map<EffectClass, number>();
  #listening: Listening | null = null;
  #loop: Promise<void> | null = null;
  #isStopping = false;
  #isKicked = false;
  #endPause: () => void = () => undefined;
  readonly #waits: Waits;
  readonly #tickMs: number;

  constructor(private readonly options: RelayOptions) {
    this.#waits = options.waits ?? REAL_WAITS;
    this.#tickMs = options.tickMs ?? DEFAULT_TICK_MS;
  }

  /** Begins to scan, until `stop`. */
  start(): void {
    this.#listening ??= this.options.store.listenForDue(() => this.kick());
    this.#loop ??= this.#scanAll();
  }

  /** Something may be due: looks at once. */
  kick(): void {
    this.#isKicked = true;
    this.#endPause();
  }

  /** Ends the scan under way and lets its connection go. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.kick();
    await Promise.all([this.#loop, this.#listening?.close()]);
  }

  /** For how long the oldest effect that could run has been waiting, in milliseconds. */
  oldestOverdueMs(): Promise<number> {
    return this.options.store.oldestOverdueMs();
  }

  async #scanAll(): Promise<void> {
    while (!this.#isStopping) {
      this.#isKicked = false;
      const pauseMs = await this.#scan().catch((error: unknown) => {
        this.options.log.warn({ error: reasonOf(error) }, 'relay scan failed');
        return this.#tickMs;
      });
      await this.#rest(pauseMs);
    }
  }

  /** Rings once for what is due; returns how long to pause. */
  async #scan(): Promise<number> {
    const { store } = this.options;
    const quota = await this.#quota();
    if (quota.size === 0) return this.#tickMs;
    const { effects, fullClasses, nextMs } = await store.ring(quota);
    await Promise.all([...quota.keys()].map((name) => this.#wake(name, effects)));
    if (fullClasses.length > 0) return 0;
    return Math.min(this.#tickMs, Math.max(BREATH_MS, nextMs ?? this.#tickMs));
  }

  async #wake(effectClass: EffectClass, rung: readonly RungEffect[]): Promise<void> {
    const refs = rung.flatMap(({ class: name, instanceId, key }) =>
      name === effectClass ? [{ instanceId, key }] : [],
    );
    if (refs.length === 0) return;
    this.#rungSinceAsked.set(effectClass, (this.#rungSinceAsked.get(effectClass) ?? 0) + refs.length);
    await this.#withinTime(this.options.wakeQueue.wake(effectClass, refs)).catch((error: unknown) => {
      this.options.log.warn({ error: reasonOf(error), effectClass, effects: refs.length }, 'no worker could be woken');
    });
  }

  /** How much each class may ring. A queue is asked for its length only once enough was added to fill it. */
  async #quota(): Promise<Map<EffectClass, number>> {
    const size = this.options.quota ?? DEFAULT_QUOTA;
    const maxWaiting = this.options.maxWaiting ?? DEFAULT_MAX_WAITING;
    const hasRoom = async (name: EffectClass): Promise<boolean> => {
      if ((this.#rungSinceAsked.get(name) ?? 0) < Math.min(size, maxWaiting)) return true;
      const waiting = await this.#withinTime(this.options.wakeQueue.waiting(name)).catch(() => Infinity);
      if (waiting >= maxWaiting) return false;
      this.#rungSinceAsked.set(name, 0);
      return true;
    };
    const rooms = await Promise.all(EFFECT_CLASSES.map(hasRoom));
    return new Map(EFFECT_CLASSES.filter((_, index) => rooms[index]).map((name) => [name, size]));
  }

  async #rest(ms: number): Promise<void> {
    if (ms === 0 || this.#isKicked || this.#isStopping) return;
    const kicked = new AbortController();
    this.#endPause = () => kicked.abort('kicked');
    await this.#waits.pause(ms, kicked.signal);
  }

  async #withinTime<T>(work: Promise<T>): Promise<T> {
    const answered = new AbortController();
    const timeout = this.#waits.pause(QUEUE_TIMEOUT_MS, answered.signal).then(() => {
      throw new Error(`the queue did not answer in ${QUEUE_TIMEOUT_MS} ms`);
    });
    try {
      return await Promise.race([work, timeout]);
    } finally {
      answered.abort('answered');
    }
  }
}
