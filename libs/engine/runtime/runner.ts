import { randomUUID } from 'node:crypto';
import { effectName, park, retryAt } from '../core/effect.js';
import type { Claim, EffectHandler, EffectRef, Next, Outcome } from '../core/effect.js';
import { IntakeClosed, InvariantBroken, UnknownMachine } from '../core/errors.js';
import type { Registry, Unit } from '../core/ports.js';
import { pauseMs } from '../core/retry.js';
import type { Backoff } from '../core/retry.js';
import { coalesce } from '../postgres/coalesce.js';
import { mayPassLater } from '../postgres/failure.js';
import type { Store } from '../postgres/store.js';
import type { Intake } from './intake.js';
import type { EngineLog } from './log.js';
import { TIMER } from './lookup.js';
import { endSilently, fire, reasonOf, settle } from './settlement.js';
import type { Waits } from './waits.js';

/** What the runner is made of. */
export interface RunnerOptions {
  readonly store: Store;
  readonly intake: Pick<Intake, 'submit'>;
  readonly registry: Registry;
  readonly log: EngineLog;
  /** Hears how each try of an effect ended, once that is committed. */
  readonly onEnded?: (effectType: string, then: Next['kind']) => void;
  /** Handlers at work at once within one `run`. */
  readonly concurrency?: number;
  /** Random draws in [0, 1), for the pauses between tries. */
  readonly chance?: () => number;
  /** New UUIDs, for lease tokens. */
  readonly newId?: () => string;
  readonly waits?: Waits;
}

const DEFAULT_LEASE_MS = 12_000;
const DEFAULT_MAX_TRIES = 10;
const DEFAULT_CONCURRENCY = 8;
/** Between the tries of a handler that rejects, or of an effect type that this build does not know. */
const BACKOFF: Backoff = { firstMs: 1_000, factor: 2, maxMs: 60_000 };

/**
 * Carries effects out. A worker hands it the names it was woken with; it claims what is still due, lets the handlers
 * talk to the world, and submits each outcome together with the end of its effect. Whatever happens in between
 * (a crash, a lost connection, a slow handler) the lease ends and the effect is claimed again, with one more try.
 */
export class Runner {
  readonly #leaseMsByType: Readonly<Record<string, number>>;
  readonly #chance: () => number;
  readonly #newId: () => string;
  /** Jobs that come at once are claimed in one transaction; each gets what it named, and nothing is given twice. */
  readonly #claim: (refs: readonly EffectRef[]) => Promise<Claim[]>;

  constructor(private readonly options: RunnerOptions) {
    this.#claim = coalesce((jobs: readonly (readonly EffectRef[])[]) => this.#claimAll(jobs), options.waits);
    this.#leaseMsByType = Object.fromEntries(
      Object.entries(options.registry.handlers).flatMap(([type, { leaseMs }]) =>
        leaseMs === undefined ? [] : [[type, leaseMs]],
      ),
    );
    this.#chance = options.chance ?? Math.random;
    this.#newId = options.newId ?? randomUUID;
  }

  /**
   * Resolves when everything claimed is settled or left to its lease. Rejects only if nothing could be claimed
   * because the database could not be asked; the effects are then rung again.
   * @param signal aborted, nothing more is claimed; what is claimed already is carried out.
   */
  async run(refs: readonly EffectRef[], signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return;
    const claims = await this.#claim(refs);
    await inParallel(this.#rounds(claims), this.options.concurrency ?? DEFAULT_CONCURRENCY, (round) => round());
  }

  async #claimAll(jobs: readonly (readonly EffectRef[])[]): Promise<Claim[][]> {
    const claims = await this.options.store.claim(jobs.flat(), {
      token: this.#newId(),
      defaultMs: DEFAULT_LEASE_MS,
      msByType: this.#leaseMsByType,
    });
    const unassigned = new Map(claims.map((claim) => [effectName(claim), claim]));
    return jobs.map((refs) =>
      refs.flatMap((ref) => {
        const claim = unassigned.get(effectName(ref));
        unassigned.delete(effectName(ref));
        return claim ? [claim] : [];
      }),
    );
  }

  /** One piece of work for each call of a handler. */
  #rounds(claims: readonly Claim[]): (() => Promise<void>)[] {
    const types = [...new Set(claims.map((claim) => claim.type))];
    return types.flatMap((type) => {
      const ofType = claims.filter((claim) => claim.type === type);
      if (type === TIMER) return ofType.map((claim) => () => this.#submit(claim, fire(claim)));
      const handler = this.options.registry.handlers[type];
      if (!handler) {
        const error = new InvariantBroken(`no handler for effects of type ${type}`);
        return ofType.map((claim) => () => this.#submit(claim, settle(claim, this.#failed(claim, error))));
      }
      return chunks(ofType, handler.batch ?? 1).map((chunk) => () => this.#handle(handler, chunk));
    });
  }

  async #handle(handler: EffectHandler, claims: readonly Claim[]): Promise<void> {
    const outcomes = await this.#outcomesOf(handler, claims);
    await Promise.all(
      claims.map((claim, index) => {
        const outcome = outcomes[index] ?? this.#failed(claim, new InvariantBroken('the handler gave no outcome'));
        return this.#submit(claim, settle(claim, outcome));
      }),
    );
  }

  async #outcomesOf(handler: EffectHandler, claims: readonly Claim[]): Promise<readonly Outcome[]> {
    try {
      return await handler.handle(claims);
    } catch (error) {
      const requestIds = requestIdsOf(claims);
      this.options.log.warn(
        { error: reasonOf(error), effectType: claims[0]?.type, requestIds },
        'effect handler failed',
      );
      return claims.map((claim) => this.#failed(claim, error, handler));
    }
  }

  /** Nothing was learned: again after a pause, and after `maxTries` more tries a person must look. */
  #failed(claim: Claim, error: unknown, handler?: EffectHandler): Outcome {
    const maxTries = handler?.maxTries ?? this.options.registry.handlers[claim.type]?.maxTries ?? DEFAULT_MAX_TRIES;
    // A multiple, not a limit: an operator's redrive keeps the count and grants as many tries again.
    if (claim.tries % maxTries === 0) return park(reasonOf(error));
    return retryAt(pauseMs(BACKOFF, claim.tries, this.#chance()), reasonOf(error));
  }

  async #submit(claim: Claim, unit: Unit): Promise<void> {
    try {
      await this.options.intake.submit(unit);
      const { kind } = unit.settlement?.then ?? { kind: 'done' };
      this.options.log.debug({ ...named(claim), tries: claim.tries, then: kind }, 'effect carried out');
      this.options.onEnded?.(claim.type, kind);
    } catch (error) {
      await this.#recover(claim, error).catch((second: unknown) => {
        this.options.log.error({ ...named(claim), error: reasonOf(second) }, 'effect left to its lease');
      });
    }
  }

  /** The unit was refused. The engine parks, it does not guess; only what may pass later is tried again. */
  async #recover(claim: Claim, error: unknown): Promise<void> {
    const { intake, log, onEnded } = this.options;
    // Parking would drop the facts that came with it, so only what can never be taken in is parked. Anything else is
    // left to its lease and claimed again: a once-effect then says that nobody knows what became of it.
    if (!isHopeless(error)) throw error;
    log.warn({ ...named(claim), error: reasonOf(error) }, 'what an effect learned could not be taken in');
    if (error instanceof UnknownMachine) {
      // A newer process made this instance, and will settle it; this one must not park what it does not know.
      await intake.submit(endSilently(claim, { kind: 'retry', afterMs: BACKOFF.maxMs, reason: reasonOf(error) }));
      onEnded?.(claim.type, 'retry');
      return;
    }
    const given = park(reasonOf(error));
    await intake.submit(settle(claim, given)).catch((refused: unknown) => {
      if (!isHopeless(refused)) throw refused;
      return intake.submit(endSilently(claim, given.then));
    });
    onEnded?.(claim.type, 'park');
  }
}

/** Taken in again, it would be refused again. */
const isHopeless = (error: unknown): boolean => !mayPassLater(error) && !(error instanceof IntakeClosed);

const named = ({ instanceId, key, type: effectType, requestId }: Claim) => ({ instanceId, key, effectType, requestId });

const requestIdsOf = (claims: readonly Claim[]): readonly string[] => [
  ...new Set(claims.flatMap(({ requestId }) => requestId ?? [])),
];

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

async function inParallel<Item>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
