import {
  ConfigurationFaulty,
  DatabasePortBusy,
  DatabaseUnusable,
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
  DatabaseUnusable,
  DataFolderInUse,
  DataFolderUnusable,
  PlatformUnsupported,
  Refusal,
  ServerDidNotStart,
];

/** The exit code of a command that did nothing: the person who gave it must act, and the message says how. */
export const EXIT_REFUSED = 2;

/** Carries a command out; what stands in its way is told in its own words. @returns the exit code */
export async function toldPlainly(carryOut: () => Promise<number>): Promise<number> {
  try {
    return await carryOut();
  } catch (error) {
    if (!isExplained(error)) throw error;
    console.error((error as Error).message);
    return EXIT_REFUSED;
  }
}

/** Whether the message of an error says all that the person at the terminal needs. */
export const isExplained = (error: unknown): boolean => EXPLAINED.some((explained) => error instanceof explained);
