import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A Node program that is to stay up. */
export interface Program {
  readonly name: string;
  /** Node's own options and the script with its arguments. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How a run of the program ended, and when it is started again. */
export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  readonly startsAgainInMs: number;
}

export interface Watcher {
  line(stream: 'stdout' | 'stderr', line: string): void;
  ended(ending: Ending): void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A run that lasted this long was a good one: the pauses begin small again. */
const GOOD_RUN_MS = 60_000;

/** Half a second, then twice as long each time, to half a minute. */
export const growingPause = (endings: number): number =>
  Math.min(FIRST_PAUSE_MS * 2 ** (endings - 1), LONGEST_PAUSE_MS);

/**
 * Keeps one program up. Its life: running -> (it ends) pausing -> running …, until `stop`, from either.
 * The program gets a process group of its own, so that Ctrl-C reaches us alone and we say in which order things stop;
 * and a channel to us, whose end tells it that we were killed.
 */
export class Supervisor {
  #child: ChildProcess | null = null;
  #pause: NodeJS.Timeout | undefined;
  #endings = 0;
  #isStopping = false;

  constructor(
    private readonly program: Program,
    private readonly watcher: Watcher,
    private readonly pauseMs: (endings: number) => number = growingPause,
  ) {}

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    const startedAt = performance.now();
    const child = spawn(process.execPath, this.program.args, {
      env: this.program.env,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    for (const stream of ['stdout', 'stderr'] as const) {
      const input = child[stream];
      if (input !== null) createInterface({ input }).on('line', (line) => this.watcher.line(stream, line));
    }
    // A process that could not be made has no end of its own; its error says why.
    child.once('error', (error) => this.watcher.line('stderr', error.message));
    child.once('close', (code, signal) => {
      this.#child = null;
      if (this.#isStopping) return;
      this.#endings = performance.now() - startedAt > GOOD_RUN_MS ? 1 : this.#endings + 1;
      const startsAgainInMs = this.pauseMs(this.#endings);
      this.#pause = setTimeout(() => this.start(), startsAgainInMs);
      this.watcher.ended({ code, signal, startsAgainInMs });
    });
  }

  /** Asks the program to end, and kills it when the deadline has passed. Resolves when it is gone. */
  async stop(deadlineMs: number): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#pause);
    const child = this.#child;
    if (child === null) return;
    const gone = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    const lastResort = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
    await gone;
    clearTimeout(lastResort);
  }
}
