import type { Archive } from '../../apps/cli/simulate/archive.js';
import { Chance } from '../../apps/cli/simulate/chance.js';
import type { SimulatedDatabase } from '../../apps/cli/simulate/database.js';
import { moneyFaults } from '../../apps/cli/simulate/money-invariants.js';
import type { Action, Plan } from '../../apps/cli/simulate/plan.js';
import { planFor } from '../../apps/cli/simulate/plan.js';
import { World } from '../../apps/cli/simulate/world.js';
import { brokenInvariants, inWords } from '../../apps/cli/invariants.js';
import { inOrder, tellEndings } from './endings.js';
import { EvenChance } from './even-chance.js';
import type { Ground } from './ground.js';
import { RealWorld, STRAIGHT } from './real-world.js';

const MINUTE = 60_000;
/** Deaths of processes, and what happens to servers, are for `test/crash`, which has real ones. */
const TO_PROCESSES = ['crash', 'freeze', 'wipe', 'restartDatabase', 'deploy'];
const NEVER = { unclear: 0, unreached: 0, slow: 0, refused: 0, misconfigured: 0 };
const OFTEN = { unclear: 0.1, unreached: 0.1, slow: 0.05, refused: 0.03, misconfigured: 0.02 };

/** What people do in the plan of a seed, while nothing fails. */
export function sequenceOf(seed: string): Plan {
  const plan = planFor(seed);
  return {
    ...plan,
    line: STRAIGHT,
    queue: { lost: 0, runTwice: 0, stalled: 0 },
    iris: { ...plan.iris, ...NEVER },
    badAttestations: 0,
    actions: plan.actions.filter(({ does }) => ![...TO_PROCESSES, 'outage'].includes(does)),
  };
}

/** The same, while IRIS fails in every way it has, and whoever asks it may stand still past the lease of the question. */
export function troubledSequenceOf(seed: string): Plan {
  const plan = sequenceOf(seed);
  const outage: Action = { at: 30 * MINUTE, does: 'outage', forMs: 15 * MINUTE };
  return {
    ...plan,
    line: { ...STRAIGHT, frozen: 0.02 },
    iris: { ...plan.iris, ...OFTEN },
    badAttestations: 0.3,
    actions: [...plan.actions, outage],
  };
}

/** Carries a sequence out on real ports, and says what is wrong with what it came to. */
export async function liveTroubled(ground: Ground, seed: string): Promise<string[]> {
  const world = new RealWorld(ground, troubledSequenceOf(seed), () => new Chance(seed));
  await world.live();
  return faultsOf(ground, world);
}

/** Carries a sequence out twice, on real ports and in a simulated world: what differs is wrong as well. */
export async function liveTwice(ground: Ground, seed: string): Promise<string[]> {
  const plan = sequenceOf(seed);
  const world = new RealWorld(ground, plan, (now) => new EvenChance(seed, now));
  await world.live();
  const real = tellEndings(world.archive, await world.archive.decisions());
  const simulated = await simulate(plan);
  return [...(await faultsOf(ground, world)), ...differences(simulated, real)];
}

async function faultsOf(ground: Ground, world: RealWorld): Promise<string[]> {
  const broken = await brokenInvariants(ground.pool, true);
  const decisions = await world.archive.decisions();
  const forgotten = world.people.acknowledged.filter(
    ({ instanceId, type }) => !decisions.get(instanceId)?.some(({ event }) => event.type === type),
  );
  return [
    ...broken.map(inWords),
    ...moneyFaults(world),
    ...forgotten.map(({ instanceId, type }) => `I4 ${type} of ${instanceId} was acknowledged, and is not recorded`),
    ...world.unexpected.map((line) => `I13 a command failed in a way that nobody expects: ${line}`),
  ];
}

async function simulate(plan: Plan): Promise<string[]> {
  let now = (): number => 0;
  const world = new World(plan, new EvenChance(plan.seed, () => now()));
  now = () => world.schedule.now;
  announceEach(world.database);
  listInOrder(world.archive);
  await world.live();
  return tellEndings(world.archive, world.database.transitions);
}

/**
 * A relay that is not told of a commit learns only by its own look, a second later in a process, minutes later in the
 * simulation, when something falls due. Told of each, both look at the very moment.
 */
function announceEach(database: SimulatedDatabase): void {
  const commit = database.commit.bind(database);
  database.commit = (...given) => commit(...given) || true;
}

/** Who decides about one incident after the other comes to the same decisions as in reality. */
function listInOrder(archive: Archive): void {
  const incidents = archive.incidents.bind(archive);
  archive.incidents = () => inOrder(archive, incidents());
}

const differences = (simulated: readonly string[], real: readonly string[]): string[] => [
  ...simulated.filter((line) => !real.includes(line)).map((line) => `only simulated: ${line}`),
  ...real.filter((line) => !simulated.includes(line)).map((line) => `only in reality: ${line}`),
  ...(simulated.length === real.length ? [] : [`${simulated.length} lines are simulated, ${real.length} are real`]),
];
