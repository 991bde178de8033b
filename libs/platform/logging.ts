import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import type { LogLevel } from './config.js';
import { withoutPersonalData } from './personal-data.js';

export type { Logger } from 'pino';

/** The names under which personal data and secrets travel. Ids may be logged, these never. */
const HIDDEN = ['authorization', 'cookie', 'fiscalCode', 'email', 'password', 'apiKey', 'encryptionKey'];
/** pino's wildcards stand for one level each. Facts nested deeper than this do not belong in a log line. */
const DEEPEST = 5;

/**
 * The logger of a process: one JSON line an entry on standard output, time in ISO 8601 UTC, level as a word.
 * Names in HIDDEN are replaced up to five levels deep. No personal data may stand in messages; what has the form of a tax code
 * or an e-mail address is left out all the same, because errors of others may quote it.
 */
export function createLogger(options: {
  readonly process: string;
  readonly level: LogLevel;
  readonly destination?: DestinationStream;
}): Logger {
  const settings = {
    level: options.level,
    base: { process: options.process },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (level: string) => ({ level }) },
    serializers: { err: describeError },
    redact: { paths: hiddenPaths(), censor: '[hidden]' },
    hooks: { streamWrite: withoutPersonalData },
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}

/** A logger of what must be kept: its lines are written from `info` on even where LOG_LEVEL wants fewer, unless `silent`. */
export function keptLogger(logger: Logger, name: string): Logger {
  const isHeard = logger.isLevelEnabled('info') || logger.level === 'silent';
  return logger.child({ log: name }, isHeard ? {} : { level: 'info' });
}

/**
 * What an error is, and where it was thrown. Its other properties are left out: those of a database's error quote the row
 * that was refused.
 */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  const { code } = error as { readonly code?: unknown };
  const isCode = typeof code === 'string' || typeof code === 'number';
  return {
    type: name,
    message,
    ...(isCode && { code }),
    stack,
    ...(cause instanceof Error && { cause: cause.message }),
  };
}

function hiddenPaths(): string[] {
  const depths = Array.from({ length: DEEPEST }, (_, depth) => '*.'.repeat(depth));
  return depths.flatMap((prefix) => HIDDEN.map((name) => `${prefix}${name}`));
}

/** What NestJS asks of a logger (its LoggerService), said again here so that this library stays free of the framework. */
export interface FrameworkLogger {
  log(message: unknown, ...rest: unknown[]): void;
  error(message: unknown, ...rest: unknown[]): void;
  warn(message: unknown, ...rest: unknown[]): void;
  debug(message: unknown, ...rest: unknown[]): void;
  verbose(message: unknown, ...rest: unknown[]): void;
  fatal(message: unknown, ...rest: unknown[]): void;
}

/** Lets NestJS write into our logger: `NestFactory.create(AppModule, { logger: frameworkLogger(log) })`. */
export function frameworkLogger(logger: Logger): FrameworkLogger {
  // Nest passes the name of the class that speaks as the last argument, and for errors the stack before it.
  const write =
    (level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal') =>
    (message: unknown, ...rest: unknown[]): void => {
      const context = rest.at(-1);
      const stack = rest.length > 1 ? rest.at(0) : undefined;
      const facts = {
        ...(typeof context === 'string' ? { context } : {}),
        ...(typeof stack === 'string' ? { stack } : {}),
      };
      if (message instanceof Error) logger[level]({ ...facts, err: message }, message.message);
      else if (typeof message === 'object' && message !== null) logger[level]({ ...facts, ...message });
      else logger[level](facts, String(message));
    };
  return {
    log: write('info'),
    error: write('error'),
    warn: write('warn'),
    debug: write('debug'),
    verbose: write('trace'),
    fatal: write('fatal'),
  };
}
