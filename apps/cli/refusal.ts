import {
  ConfigurationFaulty,
  DatabasePortBusy,
  DataFolderInUse,
  DataFolderUnusable,
  PlatformUnsupported,
  ServerDidNotStart,
} from '#libs/platform';

/** The person at the terminal must act; the message says what to do, so no stack is shown. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

const EXPLAINED = [
  ConfigurationFaulty,
  DatabasePortBusy,
  DataFolderInUse,
  DataFolderUnusable,
  PlatformUnsupported,
  Refusal,
  ServerDidNotStart,
];

/** Whether the message of an error says all that the person at the terminal needs. */
export const isExplained = (error: unknown): boolean => EXPLAINED.some((explained) => error instanceof explained);
