import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { becomesReady } from '../../apps/cli/readiness.js';
import { Supervisor } from '../../apps/cli/supervisor.js';
import { eventually } from '../stack.js';

/** Where a program under test can be made to fail; fail-points.mjs says what each means. */
export type FailPoint =
  'commit.before' | 'commit.after' | 'settle.before' | 'settle.after' | 'iris.before' | 'iris.after';

/** One failure that waits to happen. */
export interface Arming {
  readonly point: FailPoint;
  /** At which passage through the point. */
  readonly at: number;
  /** Frozen instead of killed. */
  readonly freeze?: boolean;
  /** Who dies in the same instant, with which signal. */
  readonly with?: readonly (readonly [pid: number, signal: NodeJS.Signals])[];
}

/** A failure that happened, as the program itself wrote down in its last moment. */
export interface Failure {
  readonly at: number;
  readonly point: string;
}

const ROOT = path.resolve(import.meta.dirname, '../..');
const FAIL_POINTS = pathToFileURL(path.join(import.meta.dirname, 'fail-points.mjs')).href;
const RESTART_MS = 500;
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 8_000;
const KEPT_LINES = 10;
const SHOWN_OF_A_LINE = 300;

/** One of the built programs as a real process, kept up by the supervisor of `npm start`. */
export class Program {
  readonly #supervisor: Supervisor;
  readonly #failLog: string;
  readonly #lines: string[] = [];
  #armings: Arming[] = [];
  #armed: Arming | undefined;
  #endings = 0;

  constructor(
    readonly name: string,
    script: string,
    environment: Readonly<Record<string, string>>,
    private readonly healthUrl: string,
    folder: string,
  ) {
    this.#failLog = path.join(folder, `${name}.failures`);
    const preloads = [FAIL_POINTS, pathToFileURL(path.join(ROOT, 'dist/apps/cli/with-parent.js')).href];
    const env = () => ({ ...environment, ...this.#failSettings() });
    const program = {
      name,
      args: [...preloads.flatMap((preload) => ['--import', preload]), path.join(ROOT, `dist/apps/${script}/main.js`)],
      get env() {
        return env(); // read at each start
      },
    };
    const watcher = { line: (_: string, line: string) => this.#keep(line), ended: () => this.#ended() };
    this.#supervisor = new Supervisor(program, watcher, () => RESTART_MS);
  }

  /** @throws when it is not running at this moment. */
  get pid(): number {
    const { pid } = this.#supervisor;
    if (pid === undefined) throw new Error(`${this.name} is not running`);
    return pid;
  }

  /** Every failure so far, oldest first. */
  get failures(): Failure[] {
    return readLines(this.#failLog).map((line) => {
      const [at, point = ''] = line.split(' ');
      return { at: Number(at), point };
    });
  }

  /** Its last words, for the message when a claim fails. */
  get lastLines(): string {
    return this.#lines.map((line) => `${this.name}: ${line}`).join('\n');
  }

  async start(): Promise<void> {
    this.#supervisor.start();
    await this.ready();
  }

  /** Stops it in good order and starts it again; from then on it fails at each of these in turn. */
  async restart(...armings: Arming[]): Promise<void> {
    this.#armings = armings;
    const endings = this.#endings;
    process.kill(this.pid, 'SIGTERM');
    await eventually(() => Promise.resolve(this.#endings > endings || null), `${this.name} ended`);
    await this.ready();
  }

  async ready(): Promise<void> {
    if (await becomesReady(this.healthUrl, READY_WITHIN_MS, new AbortController().signal)) return;
    throw new Error(`${this.name} is not ready after ${READY_WITHIN_MS} ms\n${this.lastLines}`);
  }

  /** Resolves with this one of all its failures, once it has come so far. */
  failure(index: number): Promise<Failure> {
    const look = () => Promise.resolve(this.failures[index] ?? null);
    return eventually(look, `${this.name} reaches ${this.#armed?.point ?? 'its fail point'}`, READY_WITHIN_MS);
  }

  stop(): Promise<void> {
    return this.#supervisor.stop(STOP_WITHIN_MS);
  }

  #ended(): void {
    this.#endings += 1;
    this.#armed = this.#armings.shift();
  }

  #failSettings(): Record<string, string> {
    if (!this.#armed) return {};
    const { point, at, freeze = false, with: others = [] } = this.#armed;
    return {
      FAIL_POINT: point,
      FAIL_AT: String(at),
      FAIL_LOG: this.#failLog,
      FAIL_SIGNAL: freeze ? 'SIGSTOP' : 'SIGKILL',
      FAIL_WITH: others.map(([pid, signal]) => `${pid}:${signal}`).join(','),
    };
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
