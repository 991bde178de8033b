import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { migrateAll } from '#libs/payments';
import type { EmbeddedPostgres } from '#libs/platform';
import { createPool, startEmbeddedPostgres } from '#libs/platform';
import { eventually } from '../stack.js';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined };

/** A PostgreSQL of the test's own, with fsync, that is started again whenever it dies, as `npm start` does it. */
export class Database {
  #isStopping = false;
  #pid = 0;

  private constructor(
    private server: EmbeddedPostgres,
    /** The test's own eyes; it finds the server again after each restart. */
    readonly pool: pg.Pool,
    private readonly dataDir: string,
  ) {}

  static async start(dataDir: string): Promise<Database> {
    const server = await startEmbeddedPostgres({ dataDir, log });
    await migrateAll(server.url);
    const database = new Database(server, createPool(server.url, { max: 4, applicationName: 'crash' }), dataDir);
    await database.#watch();
    process.once('exit', () => {
      if (database.#pid > 0) database.stopAtOnce(); // the run was broken off
    });
    return database;
  }

  get url(): string {
    return this.server.url;
  }

  /** The postmaster's process id. */
  get pid(): number {
    return this.#pid;
  }

  /** Resolves when another server process than this one takes connections. */
  async isUpAgain(pid: number): Promise<void> {
    await eventually(
      () => Promise.resolve((this.#pid !== 0 && this.#pid !== pid) || null),
      'PostgreSQL is up again',
      60_000,
    );
  }

  /** As `pg_ctl stop -m immediate`: no session is ended in good order, and nothing is written that was not. */
  stopAtOnce(): void {
    process.kill(this.#pid, 'SIGQUIT');
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#pid = 0;
    await this.pool.end();
    await this.server.stop();
  }

  async #watch(): Promise<void> {
    const { rows } = await this.pool.query<{ folder: string }>(`select current_setting('data_directory') as folder`);
    const pidFile = await readFile(path.join(rows[0]?.folder ?? '', 'postmaster.pid'), 'utf8');
    this.#pid = Number(pidFile.split('\n')[0]);
    void this.server.ended.then(() => this.#startAgain());
  }

  async #startAgain(): Promise<void> {
    if (this.#isStopping) return;
    this.#pid = 0;
    this.server = await startEmbeddedPostgres({ dataDir: this.dataDir, port: this.server.port, log });
    await this.#watch();
  }
}
