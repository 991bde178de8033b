import { setTimeout as pause } from 'node:timers/promises';
import { EFFECT_CLASSES } from '#libs/engine';
import { practiceRequest } from './build.js';
import type { WaitingPayment } from './crowd.js';
import { cloneWaiting, inOneGo, makeDue } from './crowd.js';
import type { Ground } from './ground.js';
import { wipeRedis } from './ground.js';
import { OurBuild } from './ours.js';
import { ENGINE_QUEUES } from './queues.js';
import type { Scale } from './scale.js';

/** How a crowd of waiting payments comes back after the queues were wiped. */
export interface WakeResult {
  readonly crowd: number;
  /** Payments that were due and already rung for when the queues were wiped. */
  readonly dueAtWipe: number;
  /** From the start of the workers until IRIS was asked about all of those. */
  readonly wokenAfterSeconds: number;
  /** With the whole crowd due at once: until each was rung for, and until IRIS was asked about each. */
  readonly allRungAfterSeconds: number;
  readonly allPolledAfterSeconds: number;
  readonly pollMessages: number;
  readonly atRest: AtRest | null;
}

/** A million payments that wait, with nothing due. */
export interface AtRest {
  readonly payments: number;
  readonly megabytes: Readonly<Record<string, number>>;
  /** One scan of the relay. */
  readonly scanMs: number;
}

/** Nobody is asked twice while this is measured, and no deadline passes. */
const ENVIRONMENT = { POLL_SCHEDULE: '86400', CHOICE_TIMEOUT: '864000' };
const MILLION = 1_000_000;
/** However slow the machine, another payment comes within this time. */
const STUCK_AFTER_MS = 60_000;

export async function measureWake(
  ground: Ground,
  scale: Scale,
  withMillion: boolean,
  print: (line: string) => void,
): Promise<WakeResult> {
  const rung = new Tally();
  const asked = new Tally();
  const build = await OurBuild.open(ground, {
    environment: ENVIRONMENT,
    onRung: (effectClass, refs) => {
      if (effectClass === 'poll') for (const { instanceId } of refs) rung.add(instanceId);
    },
  });
  try {
    const one = await bringOneToWait(build);
    print(`filling the database with ${scale.crowd} waiting payments`);
    await cloneWaiting(build.pool, one, 1, scale.crowd - 1);
    build.iris.onAsked((ids) => {
      for (const id of ids) asked.add(id);
    });
    const wokenAfterSeconds = await wipeAndWake(ground, build, scale.dueAtWipe, rung, asked);
    print(`${scale.dueAtWipe} were carried out ${wokenAfterSeconds.toFixed(1)} s after the queues were wiped`);
    const all = await wakeAll(build, scale.crowd, rung, asked);
    await build.stopWorking();
    const atRest = withMillion ? await restAtMillion(build, one, scale.crowd, print) : null;
    return { crowd: scale.crowd, dueAtWipe: scale.dueAtWipe, wokenAfterSeconds, ...all, atRest };
  } finally {
    await build.close();
  }
}

async function bringOneToWait(build: OurBuild): Promise<WaitingPayment> {
  await build.startWorking();
  const practiceId = 'BENCH-ONE-THAT-WAITS';
  const payment = await build.open(practiceRequest(practiceId));
  await build.redirect(payment);
  await build.stopWorking();
  return { ...payment, practiceId };
}

/** Some fall due and are rung for; their jobs lie in the queue when it is wiped; then workers come. */
async function wipeAndWake(ground: Ground, build: OurBuild, due: number, rung: Tally, asked: Tally): Promise<number> {
  await makeDue(build.pool, due);
  const rungOnce = rung.reaches(due);
  build.startRinging();
  await rungOnce;
  await build.stopWorking();
  await wipeQueues(ground, build);
  const startedAt = performance.now();
  const carriedOut = asked.reaches(due);
  await build.startWorking();
  await carriedOut;
  await allSettled(build);
  return (performance.now() - startedAt) / 1_000;
}

/** What was asked is committed too: nothing is under lease any more. */
async function allSettled({ pool }: OurBuild): Promise<void> {
  const text = 'select exists (select from engine.effect where lease_token is not null) as is_any_leased';
  for (;;) {
    const { rows } = await pool.query<{ is_any_leased: boolean }>(text);
    if (rows[0]?.is_any_leased === false) return;
    await pause(20);
  }
}

async function wipeQueues(ground: Ground, { queues }: OurBuild): Promise<void> {
  if (ground.redis) await wipeRedis(ground);
  else for (const name of ENGINE_QUEUES) await queues.queue(name).obliterate({ force: true });
}

async function wakeAll(build: OurBuild, crowd: number, rung: Tally, asked: Tally) {
  rung.clear();
  asked.clear();
  const callsBefore = build.iris.calls;
  const allRung = rung.reaches(crowd);
  const allAsked = asked.reaches(crowd);
  await makeDue(build.pool, crowd);
  const startedAt = performance.now();
  const since = () => (performance.now() - startedAt) / 1_000;
  const [allRungAfterSeconds, allPolledAfterSeconds] = await Promise.all([allRung.then(since), allAsked.then(since)]);
  return { allRungAfterSeconds, allPolledAfterSeconds, pollMessages: build.iris.calls - callsBefore };
}

const SIZED = ['engine.instance', 'engine.transition', 'engine.effect', 'payments.charge', 'payments.payer'];

async function restAtMillion(
  build: OurBuild,
  one: WaitingPayment,
  crowd: number,
  print: (line: string) => void,
): Promise<AtRest> {
  print(`filling the database up to ${MILLION} waiting payments`);
  await cloneWaiting(build.pool, one, crowd, MILLION - 1);
  await inOneGo(build.pool, 'vacuum (analyze) engine.effect', []);
  const text = `select name, pg_total_relation_size(name::regclass) / 1048576.0 as megabytes from unnest($1::text[]) as name`;
  const { rows } = await build.pool.query<{ name: string; megabytes: string }>(text, [SIZED]);
  const quota = new Map(EFFECT_CLASSES.map((name) => [name, 500]));
  await build.payments.store.ring(quota);
  const startedAt = performance.now();
  await build.payments.store.ring(quota);
  return {
    payments: MILLION,
    megabytes: Object.fromEntries(rows.map(({ name, megabytes }) => [name, Number(megabytes)])),
    scanMs: performance.now() - startedAt,
  };
}

/** Counts each name once, and says when there are so many. */
class Tally {
  readonly #names = new Set<string>();
  #wanted = Infinity;
  #reached: () => void = () => undefined;
  #stuck: NodeJS.Timeout | undefined;

  add(name: string): void {
    this.#names.add(name);
    if (this.#names.size >= this.#wanted) this.#reached();
    else this.#stuck?.refresh();
  }

  clear(): void {
    this.#names.clear();
  }

  /** @throws when nothing came for a minute. */
  reaches(count: number): Promise<void> {
    this.#wanted = count;
    return new Promise((resolve, reject) => {
      const fail = () => reject(new Error(`only ${this.#names.size} of ${count} came`));
      this.#stuck = setTimeout(fail, STUCK_AFTER_MS);
      this.#reached = () => {
        clearTimeout(this.#stuck);
        this.#stuck = undefined;
        resolve();
      };
    });
  }
}
