import { IntakeClosed } from '../core/errors.js';
import type { Receipt, Registry, Unit } from '../core/ports.js';
import { isContention, isTransient, isUnreachable } from '../postgres/failure.js';
import type { Store } from '../postgres/store.js';
import { ask, decideBatch } from './batch.js';
import type { BatchDecision } from './batch.js';
import { assertStorable } from './storable.js';
import type { Waits } from './waits.js';
import { REAL_WAITS } from './waits.js';

/** What the intake is made of. */
export interface IntakeOptions {
  readonly store: Store;
  readonly registry: Registry;
  /** Units applied in one transaction at most. */
  readonly maxBatch?: number;
  /**
   * Called after each commit, for the relay of this process and for live views.
   * @param isDueNow whether it left an effect that is due at once.
   */
  readonly onCommitted?: (receipts: readonly Receipt[], isDueNow: boolean) => void;
  readonly waits?: Waits;
}

interface Waiting {
  readonly unit: Unit;
  readonly resolve: (receipts: Receipt[]) => void;
  readonly reject: (error: unknown) => void;
  /** How often an instance of it was locked elsewhere. */
  deferrals: number;
}

/** After so many deferrals a unit goes alone and waits for its locks, so that it cannot starve. */
const MAX_DEFERRALS = 20;
/** The pause when every unit of a batch was locked elsewhere. */
const DEFERRAL_PAUSE_MS = 2;
/** Pauses before the same is tried again, after a conflict or while the database cannot be reached: 3.5 s in all. */
const RETRY_PAUSES_MS = [10, 40, 150, 300, 500, 1_000, 1_500] as const;

/**
 * Takes events in, exactly once and in groups. Everything that arrives while one transaction commits is applied by
 * the next, in few statements and one flush of the log; a lone event is a batch of one and waits for nobody.
 *
 * One batch is under way at a time. If its SQL fails, it is halved until the guilty unit stands alone and is
 * rejected; a unit that cannot be decided is rejected by itself. Nothing is parked here: whoever submitted a unit
 * knows whether to answer an error (the API) or to park an effect (the runner).
 */
export class Intake {
  readonly #waiting: Waiting[] = [];
  #work: Promise<void> | null = null;
  #isClosed = false;
  #commits = 0;
  readonly #waits: Waits;

  constructor(private readonly options: IntakeOptions) {
    this.#waits = options.waits ?? REAL_WAITS;
  }

  /** Transactions committed so far. */
  get commits(): number {
    return this.#commits;
  }

  /**
   * Resolves after the commit, with one receipt per arrival in their order (a chain ends where it broke). All arrivals
   * and the settlement are applied together or not at all. A rejection means that nothing was applied, but for a
   * connection lost during the commit itself; sending the same unit again is safe in any case, because its event ids
   * are then duplicates.
   * @throws InstanceNotFound, UnknownMachine, InvariantBroken, NotStorable, IntakeClosed, or the database's own error
   */
  submit(unit: Unit): Promise<Receipt[]> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw new IntakeClosed();
      assertStorable(unit);
      this.#waiting.push({ unit, resolve, reject, deferrals: 0 });
      this.#work ??= this.#commitAll();
    });
  }

  /** Refuses what is new and waits for what is under way. */
  async drain(): Promise<void> {
    this.#isClosed = true;
    await this.#work;
  }

  async #commitAll(): Promise<void> {
    await this.#waits.nextTurn(); // what arrives in the same turn of the event loop shares the first batch
    while (this.#waiting.length > 0) {
      const { batch, wait } = this.#nextBatch();
      const deferred = await this.#commit(batch, wait);
      this.#waiting.unshift(...deferred);
      if (deferred.length === batch.length) await this.#waits.pause(DEFERRAL_PAUSE_MS);
    }
    this.#work = null;
  }

  #nextBatch(): { batch: Waiting[]; wait: boolean } {
    const wait = (this.#waiting[0]?.deferrals ?? 0) >= MAX_DEFERRALS;
    return { batch: this.#waiting.splice(0, wait ? 1 : (this.options.maxBatch ?? 256)), wait };
  }

  /** Settles each of the batch, but for those it returns: an instance of theirs is locked elsewhere. */
  async #commit(batch: readonly Waiting[], wait: boolean): Promise<Waiting[]> {
    const failure = await this.#attempt(batch, wait);
    if (failure.kind === 'none') return failure.deferred;
    if (batch.length === 1 || isUnreachable(failure.error)) {
      for (const waiting of batch) waiting.reject(failure.error);
      return [];
    }
    const middle = Math.ceil(batch.length / 2);
    const firstDeferred = await this.#commit(batch.slice(0, middle), wait);
    return [...firstDeferred, ...(await this.#commit(batch.slice(middle), wait))];
  }

  /**
   * One transaction, tried again while its failure says nothing about what is written. That includes a connection
   * lost during COMMIT, when nobody knows the outcome: if it did commit, each event is now a duplicate and each
   * settlement's lease is gone, so the second time changes nothing. A unit that waited for its locks in vain is not
   * tried again: it has held up the others long enough.
   */
  async #attempt(batch: readonly Waiting[], wait: boolean): Promise<Attempt> {
    for (const pauseMs of [...RETRY_PAUSES_MS, null]) {
      try {
        return { kind: 'none', deferred: await this.#transact(batch, wait) };
      } catch (error) {
        if (pauseMs === null || !isTransient(error) || (wait && isContention(error))) return { kind: 'failed', error };
        await this.#waits.pause(pauseMs);
      }
    }
    throw new RangeError('the last attempt has no pause');
  }

  async #transact(batch: readonly Waiting[], wait: boolean): Promise<Waiting[]> {
    const units = batch.map((waiting) => waiting.unit);
    const { decided, isDueNow } = await this.options.store.takeIn(ask(units, wait), (found) =>
      decideBatch(units, found, this.options.registry),
    );
    this.#commits += 1;
    if (isDueNow) this.options.store.announceDue();
    return this.#answer(batch, decided, isDueNow);
  }

  #answer(batch: readonly Waiting[], { results }: BatchDecision, isDueNow: boolean): Waiting[] {
    const deferred: Waiting[] = [];
    const receipts: Receipt[] = [];
    batch.forEach((waiting, index) => {
      const result = results[index];
      if (result?.kind === 'taken') {
        receipts.push(...result.receipts);
        waiting.resolve([...result.receipts]);
      } else if (result?.kind === 'busy') {
        waiting.deferrals += 1;
        deferred.push(waiting);
      } else {
        waiting.reject(result?.error);
      }
    });
    // Outside of this call, so that a listener that throws is heard as a fault and stops no intake.
    const { onCommitted } = this.options;
    if (onCommitted) queueMicrotask(() => onCommitted(receipts, isDueNow));
    return deferred;
  }
}

type Attempt =
  { readonly kind: 'none'; readonly deferred: Waiting[] } | { readonly kind: 'failed'; readonly error: unknown };
