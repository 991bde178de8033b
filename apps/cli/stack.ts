import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Config,
  DataFolderInUse,
  type EmbeddedPostgres,
  isEmbeddedPostgresInUse,
  type LauncherLog,
  readConfig,
  removeEmbeddedPostgres,
  startEmbeddedPostgres,
} from '#libs/platform';
import { migrate } from './migrate.js';
import { openOutput, type Output } from './output.js';
import { assertPortsFree } from './ports.js';
import { portsOf, programsOf, type StackProgram } from './programs.js';
import { becomesReady } from './readiness.js';
import { Refusal } from './refusal.js';
import { keepSecrets, type Secrets } from './secrets.js';
import { type Ending, Supervisor } from './supervisor.js';

export interface StackOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Begin with empty data. */
  readonly fresh: boolean;
  readonly print: (line: string) => void;
  /** Called when the stack cannot go on. It is then still to be stopped. */
  readonly failed: (error: unknown) => void;
}

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 8_000;

/**
 * Everything on one machine: database, migrations, sandbox, API and worker.
 *
 * Started in that order, each step only when the one before is done, and stopped the other way round. `stop` may come at
 * any moment, also in the middle of a start: that start then ends with StartInterrupted at its next step.
 */
export class Stack {
  readonly config: Config;
  #secrets: Secrets | null = null;
  #database: Promise<EmbeddedPostgres> | null = null;
  #databaseUrl: string | null = null;
  readonly #supervisors: Supervisor[] = [];
  readonly #outputs: Output[] = [];
  readonly #stopping = new AbortController();

  /** @throws ConfigurationFaulty */
  constructor(private readonly options: StackOptions) {
    // What production must set by itself (a key, an IRIS) this stack provides, so it is checked as any other.
    this.config = readConfig({ ...options.environment, NODE_ENV: undefined });
  }

  get apiUrl(): string {
    return `http://localhost:${this.config.http.port}`;
  }

  get sandboxUrl(): string {
    return `http://localhost:${this.config.sandbox.port}`;
  }

  get apiKey(): string {
    return this.#secrets?.apiKey ?? '';
  }

  /** Of the database in use, with user and password; null before the start. */
  get databaseUrl(): string | null {
    return this.#databaseUrl;
  }

  get logFolder(): string {
    return join(this.config.database.dataDir, 'logs');
  }

  /** @throws Refusal, StartInterrupted, or a fault of the embedded database */
  async start(): Promise<void> {
    await this.#prepareFolder();
    await assertPortsFree(portsOf(this.config));
    const databaseUrl = this.config.database.url ?? (await this.#startDatabase()).url;
    this.#databaseUrl = databaseUrl;
    this.#goOn();
    await migrate(databaseUrl);
    this.#goOn();
    this.#secrets = await this.#findSecrets();
    const programs = programsOf(this.config, this.options.environment, databaseUrl, this.#secrets);
    await Promise.all(programs.map((program) => this.#startProgram(program)));
    this.#goOn();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#supervisors.map((supervisor) => supervisor.stop(STOP_WITHIN_MS)));
    const database = await this.#database?.catch(() => null);
    await database?.stop();
    for (const output of this.#outputs) output.close();
  }

  async #prepareFolder(): Promise<void> {
    const { url, dataDir } = this.config.database;
    if (url !== null) {
      if (!this.options.fresh) return;
      throw new Refusal(
        '--fresh empties the embedded database only, and DATABASE_URL names another: unset one of the two',
      );
    }
    if (await isEmbeddedPostgresInUse(dataDir)) throw new DataFolderInUse(dataDir);
    if (!this.options.fresh) return;
    // The secrets stay: they may be the key to a database that DATABASE_URL names at other times.
    await removeEmbeddedPostgres(dataDir, this.#launcherLog());
    await rm(this.logFolder, { recursive: true, force: true });
  }

  async #findSecrets(): Promise<Secrets> {
    const { PORTOS_API_KEY: apiKey, ENCRYPTION_KEY: encryptionKey } = this.options.environment;
    if (apiKey && encryptionKey) return { apiKey, encryptionKey };
    const kept = await keepSecrets(this.config.database.dataDir);
    return { apiKey: apiKey || kept.apiKey, encryptionKey: encryptionKey || kept.encryptionKey };
  }

  async #startDatabase(port?: number): Promise<EmbeddedPostgres> {
    const { dataDir } = this.config.database;
    const log = this.#launcherLog();
    this.#database = startEmbeddedPostgres({ dataDir, log, ...(port === undefined ? {} : { port }) });
    const database = await this.#database;
    void database.ended.then(() => this.#restartDatabase(database.port));
    return database;
  }

  /** On the same port, so that everybody's pool finds it again. */
  async #restartDatabase(port: number): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.options.print('database: it ended and is started again');
    try {
      await this.#startDatabase(port);
    } catch (error) {
      this.options.failed(error);
    }
  }

  async #startProgram(program: StackProgram): Promise<void> {
    const output = await openOutput(this.logFolder, program.name, this.options.print);
    this.#outputs.push(output);
    this.#goOn();
    let hasBeenReady = false;
    const endedEarly = new AbortController();
    const ended = ({ code, signal, startsAgainInMs }: Ending): void => {
      if (!hasBeenReady) endedEarly.abort();
      else
        this.options.print(
          `${program.name}: ended (${signal ?? `code ${code ?? '?'}`}), starts again in ${startsAgainInMs / 1000} s`,
        );
    };
    const supervisor = new Supervisor(program, { line: output.line, ended });
    this.#supervisors.push(supervisor);
    supervisor.start();
    const given = AbortSignal.any([endedEarly.signal, this.#stopping.signal]);
    hasBeenReady = await becomesReady(program.healthUrl, READY_WITHIN_MS, given);
    this.#goOn();
    if (hasBeenReady) return;
    const problem = endedEarly.signal.aborted ? 'ended' : `was not ready within ${READY_WITHIN_MS / 1000} s`;
    throw new Refusal(
      [
        `${program.name} ${problem}; its log is ${join(this.logFolder, `${program.name}.log`)}`,
        ...output.recent(),
      ].join('\n  '),
    );
  }

  #goOn(): void {
    if (this.#stopping.signal.aborted) throw new StartInterrupted();
  }

  #launcherLog(): LauncherLog {
    const tell = (_facts: unknown, message: string): void => this.options.print(`database: ${message}`);
    return { debug: () => undefined, info: tell, warn: tell };
  }
}

/** Somebody asked the stack to stop before it had started. */
class StartInterrupted extends Error {
  override readonly name = 'StartInterrupted';
}
