import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { playDemo, SCENARIOS, type ScenarioName } from '../apps/cli/demo/scenarios.js';
import { freePorts, startStack, type Stack } from './stack.js';

/** The stories of `npm run demo`: in this process on short waits, then once as a person runs them. */

const STORY_MS = 120_000;
const BUILD_AND_PLAY_MS = 240_000;

describe('a story told by the demo', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({ SESSION_TIMEOUT: '4', WATCH_SCHEDULE: '1', REGENERATE_COOLDOWN: '0' });
  }, 60_000);
  afterAll(() => stack.stop());

  const play = async (name: ScenarioName): Promise<string[]> => {
    const lines: string[] = [];
    const context = { apiUrl: stack.apiUrl, apiKey: stack.apiKey, sandboxUrl: stack.sandboxUrl };
    const { ok } = await playDemo(name, { ...context, print: (line) => lines.push(line) });
    if (!ok) throw new Error(lines.join('\n'));
    return lines;
  };

  it.each(Object.keys(SCENARIOS) as ScenarioName[])(
    '%s ends as it should and says so in its last line',
    async (name) => {
      const lines = await play(name);
      expect(lines[0]).toBe(`${SCENARIOS[name].title} (${name})`);
      expect(lines.at(-1)).toMatch(new RegExp(`^demo: ${name} in \\d+\\.\\d s$`));
    },
    STORY_MS,
  );

  it(
    'late-success says that nothing was lost and nobody sent to pay again',
    async () => {
      const story = (await play('late-success')).join('\n');
      expect(story).toMatch(/dà il pagamento per annullato[^]*Rigenera pagamento[^]*ricevuta del tentativo 1/);
      expect(story).toContain('PORTOS non lo manda più su IRIS');
      expect(story).toMatch(/annulled[^\n]*regenerated/);
      expect(story).toMatch(/position\.reported +initialized\.ready → paid\.awaitingReceipt/);
    },
    STORY_MS,
  );

  it(
    'double-payment shows what the office may decide, and that the refund it made is written down',
    async () => {
      const story = (await play('double-payment')).join('\n');
      expect(story).toMatch(/duplicatePayment di 150,00 €[^]*può decidere: refunded[^\n]* o dismiss/);
      expect(story).toMatch(/L'ufficio decide: refunded[^]*incident\.resolved[^]*la segnalazione è chiusa/);
    },
    STORY_MS,
  );

  it(
    'that goes wrong says why, in one line',
    async () => {
      const lines: string[] = [];
      const nobody = `http://127.0.0.1:${(await freePorts(1))[0] ?? 1}`;
      const context = { apiUrl: stack.apiUrl, apiKey: 'wrong', sandboxUrl: nobody };
      const { ok } = await playDemo('rejected', { ...context, print: (line) => lines.push(line) });
      expect(ok).toBe(false);
      expect(lines.at(-1)).toMatch(/^demo: rejected interrotta: .*401/);
    },
    STORY_MS,
  );
});

describe('npm run demo', () => {
  const run = async (ports: readonly number[], ...args: string[]): Promise<{ code: number | null; output: string }> => {
    const [api, worker, sandbox] = ports.map(String);
    const child = spawn(process.execPath, ['apps/cli/bootstrap.mjs', 'demo', ...args], {
      env: { ...process.env, PORT: api, WORKER_PORT: worker, SANDBOX_PORT: sandbox },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const hear = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
  };

  it(
    'starts a stack of its own where none runs, plays, and ends it',
    async () => {
      const { code, output } = await run(await freePorts(3), 'not-concluded');
      expect([code, output]).toEqual([0, expect.stringContaining('demo: not-concluded in')]);
      expect(output).toContain('redirected.inProgress → notConcluded');
    },
    BUILD_AND_PLAY_MS,
  );

  it(
    'lists the scenarios when it is given none of them',
    async () => {
      const { code, output } = await run(await freePorts(3), 'teleport');
      expect(code).toBe(2);
      for (const name of ['teleport', ...Object.keys(SCENARIOS)]) expect(output).toContain(name);
    },
    BUILD_AND_PLAY_MS,
  );
});
