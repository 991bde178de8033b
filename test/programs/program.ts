import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { becomesReady } from '../../apps/cli/readiness.js';
import { Supervisor } from '../../apps/cli/supervisor.js';
import { eventually } from '../stack.js';

/** Where a program under test can be made to fail; fail-points.mjs says what each means. */
export type FailPoint =
  'commit.before' | 'commit.after' | 'settle.before' | 'settle.after' | 'iris.before' | 'iris.after';

/** How a failure happens. */
export interface Manner {
  /** Frozen instead of killed. */
  readonly freeze?: boolean;
  /** Who dies in the same instant, with which signal. */
  readonly others?: readonly (readonly [pid: number, signal: NodeJS.Signals])[];
}

const ROOT = path.resolve(import.meta.dirname, '../..');
const FAIL_POINTS = pathToFileURL(path.join(import.meta.dirname, 'fail-points.mjs')).href;
const RESTART_MS = 100;
const READY_WITHIN_MS = 60_000;
const FAILS_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 8_000;
const KEPT_LINES = 10;
const SHOWN_OF_A_LINE = 300;

/** Builds the programs if the sources have changed, as every npm script does. */
export async function buildPrograms(): Promise<void> {
  const bootstrap = new URL('../../apps/cli/bootstrap/prepare.mjs', import.meta.url).href;
  const { prepare } = (await import(bootstrap)) as { prepare: () => Promise<void> };
  await prepare();
}

/** One of the built programs as a real process, kept up by the supervisor of `npm start`. */
export class Program {
  readonly #supervisor: Supervisor;
  readonly #armingFile: string;
  readonly #failLog: string;
  readonly #lines: string[] = [];

  constructor(
    readonly name: string,
    script: string,
    environment: Readonly<Record<string, string>>,
    private readonly healthUrl: string,
    folder: string,
  ) {
    this.#armingFile = path.join(folder, `${name}.arming`);
    this.#failLog = path.join(folder, `${name}.failures`);
    const preloads = [FAIL_POINTS, pathToFileURL(path.join(ROOT, 'dist/apps/cli/with-parent.js')).href];
    const program = {
      name,
      args: [...preloads.flatMap((preload) => ['--import', preload]), path.join(ROOT, `dist/apps/${script}/main.js`)],
      env: { ...environment, FAIL_ARMING: this.#armingFile, FAIL_LOG: this.#failLog },
    };
    const watcher = { line: (_: string, line: string) => this.#keep(line), ended: () => undefined };
    this.#supervisor = new Supervisor(program, watcher, () => RESTART_MS);
  }

  /** @throws when it is not running at this moment. */
  get pid(): number {
    const { pid } = this.#supervisor;
    if (pid === undefined) throw new Error(`${this.name} is not running`);
    return pid;
  }

  /** Its last words, for the message when a claim fails. */
  get lastLines(): string {
    return this.#lines.map((line) => `${this.name}: ${line}`).join('\n');
  }

  async start(): Promise<void> {
    this.#supervisor.start();
    await this.ready();
  }

  /**
   * Makes it fail at the next passage but `at - 1` through the point; once, and the supervisor starts it again.
   * Resolves with the moment of the failure, in milliseconds, as the program itself wrote it down.
   */
  async fails(point: FailPoint, at: number, { freeze = false, others = [] }: Manner = {}): Promise<number> {
    const counted = this.#failures().length;
    const arming = JSON.stringify({ point, at, others, signal: freeze ? 'SIGSTOP' : 'SIGKILL' });
    writeFileSync(`${this.#armingFile}.new`, arming);
    renameSync(`${this.#armingFile}.new`, this.#armingFile); // never read half written
    const look = () => Promise.resolve(this.#failures()[counted] ?? null);
    return eventually(look, `${this.name} fails at ${point}`, FAILS_WITHIN_MS);
  }

  async ready(): Promise<void> {
    if (await becomesReady(this.healthUrl, READY_WITHIN_MS, new AbortController().signal)) return;
    throw new Error(`${this.name} is not ready after ${READY_WITHIN_MS} ms\n${this.lastLines}`);
  }

  stop(): Promise<void> {
    return this.#supervisor.stop(STOP_WITHIN_MS);
  }

  /** The moments of all its failures so far, oldest first. */
  #failures(): number[] {
    return readLines(this.#failLog).map(Number);
  }

  #keep(line: string): void {
    this.#lines.push(line.slice(0, SHOWN_OF_A_LINE));
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
  }
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch {
    return []; // it has not failed yet
  }
}
