import { type Config, ConfigurationFaulty, readConfig } from './config.js';
import { assertDatabaseAnswers } from './database-answers.js';

/** A server that can be started and stopped; a Nest application is one. */
export interface Stoppable {
  listen(port: number, host: string): Promise<unknown>;
  close(): Promise<unknown>;
}

export interface StartedProcess {
  readonly app: Stoppable;
  readonly port: number;
  /** The variable that changes the port, for the message when it is taken. */
  readonly portVariable: string;
}

/** The person who starts it must act (a wrong setting, a busy port). */
const EXIT_MISCONFIGURED = 2;
/** A supervisor waits ten seconds; what is not finished by then is taken up again from the database. */
const STOP_DEADLINE_MS = 9_000;

/**
 * The life of a server process: reads its settings, starts, and on SIGTERM or SIGINT stops taking work, finishes what
 * is in hand and exits with 0. Faults of the settings are printed in plain words and end it with exit code 2.
 */
export async function startProcess(
  name: string,
  build: (config: Config, databaseUrl: string) => Promise<StartedProcess>,
): Promise<void> {
  try {
    const config = readConfig(process.env);
    if (config.database.url === null) {
      throw new ConfigurationFaulty([
        {
          variable: 'DATABASE_URL',
          problem: 'must be set for this process (`npm start` sets it for the embedded database)',
        },
      ]);
    }
    await assertDatabaseAnswers(config.database.url);
    const { app, port, portVariable } = await build(config, config.database.url);
    stopOnSignals(name, app);
    await app.listen(port, config.http.host).catch((error: unknown) => {
      throw isBusy(error)
        ? new ConfigurationFaulty([
            { variable: portVariable, problem: `names port ${port}, which is in use; choose another` },
          ])
        : error;
    });
  } catch (error) {
    process.stderr.write(`${name} cannot start. ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(error instanceof ConfigurationFaulty ? EXIT_MISCONFIGURED : 1);
  }
}

function stopOnSignals(name: string, app: Stoppable): void {
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${name} did not stop cleanly: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

const isBusy = (error: unknown): boolean => (error as NodeJS.ErrnoException | null)?.code === 'EADDRINUSE';
