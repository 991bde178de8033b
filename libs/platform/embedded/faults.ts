/** What can keep the embedded server from running. All are for the person at the terminal; the messages say what to do. */

/** Somebody else's process has this data folder open at this moment. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';

  constructor(readonly dataDir: string) {
    super(
      `the data folder ${dataDir} is in use by another PORTOS that runs now: stop that one, or set PORTOS_DATA_DIR to another folder`,
    );
  }
}

/** The folder is there but cannot serve: not writable, another account's, or another PostgreSQL version's. */
export class DataFolderUnusable extends Error {
  override readonly name = 'DataFolderUnusable';

  constructor(
    readonly dataDir: string,
    reason: string,
  ) {
    super(`the data folder ${dataDir} cannot be used: ${reason}`);
  }
}

/** npm carries no PostgreSQL for this machine, or the machine cannot run it. */
export class PlatformUnsupported extends Error {
  override readonly name = 'PlatformUnsupported';

  constructor(reason: string) {
    super(`the embedded PostgreSQL cannot run here: ${reason}. Set DATABASE_URL to a PostgreSQL 15 or later instead`);
  }
}

/** The port that was asked for belongs to another program. */
export class DatabasePortBusy extends Error {
  override readonly name = 'DatabasePortBusy';

  constructor(readonly port: number) {
    super(`port ${port} is taken by another program, so the embedded PostgreSQL cannot listen there`);
  }
}

/** The server ended before it was ready. Its last words are in the message. */
export class ServerDidNotStart extends Error {
  override readonly name = 'ServerDidNotStart';

  constructor(readonly lastLines: readonly string[]) {
    super(`the embedded PostgreSQL did not start:\n${lastLines.map((line) => `  ${line}`).join('\n')}`);
  }
}

/** The code of a failed system call (EACCES) or statement (42P04); null for any other error. */
export function systemCode(error: unknown): string | null {
  const isCoded = typeof error === 'object' && error !== null && 'code' in error;
  return isCoded && typeof error.code === 'string' ? error.code : null;
}
