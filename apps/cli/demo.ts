import { isScenarioName, playDemo, SCENARIOS, type ScenarioName } from './demo/scenarios.js';
import { Portos } from './demo/portos.js';
import { findRunningStage, openOwnStage, type Stage } from './demo/stage.js';
import { isExplained } from './refusal.js';

const ENDED_AS_IT_SHOULD = 0;
const ENDED_OTHERWISE = 1;
const UNKNOWN_SCENARIO = 2;
/** A story that would sit longer than this in front of a deadline is played on a stack with short ones. */
const LONGEST_WAIT_MS = 60_000;

/** `npm run demo -- <scenario>`: one story, told line by line, on the stack that is running or on one of its own. */
export async function main(args: readonly string[]): Promise<number> {
  const [name = '', ...others] = args;
  if (!isScenarioName(name) || others.length > 0) {
    console.error(usage(name));
    return UNKNOWN_SCENARIO;
  }
  const stopped = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(ENDED_OTHERWISE));
  });
  let stage: Stage | null = null;
  const closeLater: Promise<Stage> = stageFor(name);
  try {
    const opened = await Promise.race([closeLater, stopped]);
    if (typeof opened === 'number') return opened;
    stage = opened;
    const played = playDemo(name, { ...opened, print: (line) => console.log(line) });
    return await Promise.race([stopped, played.then(({ ok }) => (ok ? ENDED_AS_IT_SHOULD : ENDED_OTHERWISE))]);
  } catch (error) {
    if (!isExplained(error)) throw error;
    console.error(`demo: ${(error as Error).message}`);
    return ENDED_OTHERWISE;
  } finally {
    await (stage ?? (await closeLater.catch(() => null)))?.close();
  }
}

async function stageFor(name: ScenarioName): Promise<Stage> {
  const running = await findRunningStage(process.env);
  if (running === null) {
    console.log('Nessuna installazione risponde: ne avvio una per questa storia, con attese brevi.');
    return openOwnStage(process.env);
  }
  const waitMs = await waitOf(name, running);
  if (waitMs <= LONGEST_WAIT_MS) return running;
  const minutes = Math.round(waitMs / 60_000);
  console.log(`L'installazione a ${running.apiUrl} aspetta ${minutes} minuti: ne avvio un'altra, con attese brevi.`);
  return openOwnStage(process.env);
}

/** How long the story would sit in front of a deadline there. */
async function waitOf(name: ScenarioName, { apiUrl, apiKey }: Stage): Promise<number> {
  const { waitsFor } = SCENARIOS[name];
  if (waitsFor === undefined) return 0;
  return (await new Portos(apiUrl, apiKey).delays()).get(waitsFor) ?? Infinity;
}

function usage(name: string): string {
  const known = Object.entries(SCENARIOS).map(([scenario, { title }]) => `  ${scenario.padEnd(16)} ${title}`);
  const complaint = name === '' ? 'Manca lo scenario.' : `Scenario sconosciuto: ${name}.`;
  return [complaint, 'Uso: npm run demo -- <scenario>', ...known].join('\n');
}
