import { randomUUID } from 'node:crypto';
import type { Claim, EffectClass, EffectRef, EngineLog, LeaseTerms, Receipt, Store, WakeQueue } from '#libs/engine';
import { Intake, Runner } from '#libs/engine';
import type { ParcelEvent } from './exemplar.js';
import { arrive, CarrierWorld, ordered, parcelRegistry } from './exemplar.js';
import type { StoreGround } from './ground.js';

/** An engine on a store, with the parcel's machine and world. */
export interface Bench {
  readonly ground: StoreGround;
  readonly store: Store;
  readonly world: CarrierWorld;
  readonly intake: Intake;
  readonly runner: Runner;
  /** What the engine said to its log. */
  readonly said: string[];
  /** A further process on the same store. */
  readonly anotherIntake: () => Intake;
  readonly submit: (to: string, id: string, event: ParcelEvent) => Promise<Receipt[]>;
  /** A new parcel, ordered; its poll and its label are due. */
  readonly order: () => Promise<string>;
  readonly claim: (...refs: EffectRef[]) => Promise<Claim[]>;
}

/** Empties the store and gives a fresh engine on it. */
export async function freshBench(ground: StoreGround): Promise<Bench> {
  const store = await ground.freshStore();
  const world = new CarrierWorld();
  const registry = parcelRegistry(world);
  const said: string[] = [];
  const log = recordingLog(said);
  const intake = new Intake({ store, registry });
  const submit: Bench['submit'] = (to, id, event) => intake.submit({ arrivals: [arrive(to, id, event)] });
  return {
    ground,
    store,
    world,
    intake,
    runner: new Runner({ store, intake, registry, log, chance: () => 0 }),
    said,
    anotherIntake: () => new Intake({ store, registry }),
    submit,
    order: async () => {
      const id = newParcelId();
      await submit(id, 'order', ordered);
      return id;
    },
    claim: (...refs) => store.claim(refs, lease()),
  };
}

export const newParcelId = (): string => `parcel-${randomUUID()}`;

export const lease = (): LeaseTerms => ({ token: randomUUID(), defaultMs: 12_000, msByType: {} });

export function recordingLog(said: string[]): EngineLog {
  const note = (_: unknown, message: string) => void said.push(message);
  return { debug: () => undefined, info: () => undefined, warn: note, error: note };
}

/** A doorbell that keeps who rang, and lets a test wait for the next ring. */
export class RecordingQueue implements WakeQueue {
  readonly rung: { effectClass: EffectClass; key: string; instanceId: string }[] = [];
  waitingNow = 0;
  /** The classes whose length was asked for. */
  readonly asked: EffectClass[] = [];
  /** Thrown instead of ringing, while set. */
  failure: Error | null = null;
  #heard: () => void = () => undefined;

  wake(effectClass: EffectClass, effects: readonly EffectRef[]): Promise<void> {
    const { failure } = this;
    if (!failure) this.rung.push(...effects.map((effect) => ({ effectClass, ...effect })));
    this.#heard();
    return failure ? Promise.reject(failure) : Promise.resolve();
  }

  waiting(effectClass: EffectClass): Promise<number> {
    this.asked.push(effectClass);
    return Promise.resolve(this.waitingNow);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  keysOf(instanceId: string): string[] {
    return this.rung.filter((ring) => ring.instanceId === instanceId).map((ring) => ring.key);
  }

  /** Resolves at the next ring, also one that failed. */
  nextRing(): Promise<void> {
    return new Promise((resolve) => {
      this.#heard = resolve;
    });
  }
}
