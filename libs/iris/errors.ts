/**
 * What can go wrong with IRIS, by who must act. None of these carries payer data: IRIS's own texts pass through
 * `withoutPersonalData` before they get here.
 */
interface Particulars {
  /** IRIS's code, when it gave one. */
  readonly code?: string | undefined;
  /** What else is worth storing with the error; never payer data. */
  readonly values?: Readonly<Record<string, string | number>>;
  readonly cause?: unknown;
}

abstract class IrisError extends Error {
  readonly code: string | undefined;
  readonly values: Readonly<Record<string, string | number>>;

  constructor(message: string, { code, values, cause }: Particulars = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.values = values ?? {};
  }
}

/**
 * The payer's data or the position cannot be accepted, by IRIS (`code` is set) or already by us before anything was
 * sent (`code` is undefined). Nothing was opened. `values` holds `description` and `element` where they are known.
 */
export class IrisRefused extends IrisError {
  override readonly name = 'IrisRefused';
}

/** Our configuration is wrong, or the address is not IRIS's: an operator must act. Nothing was opened. */
export class IrisMisconfigured extends IrisError {
  override readonly name = 'IrisMisconfigured';
}

/** It is proved that no byte of the message reached IRIS: the same identifiers may be tried again. */
export class IrisUnavailable extends IrisError {
  override readonly name = 'IrisUnavailable';
}

/** What was asked may or may not have happened: the identifiers must be treated as alive at IRIS and asked about. */
export class IrisOutcomeUnknown extends IrisError {
  override readonly name = 'IrisOutcomeUnknown';
}

/** The answer was longer than we read. Still an unknown outcome, told apart so that a poll can ask for less at once. */
export class AnswerTooLarge extends IrisOutcomeUnknown {}

/**
 * IRIS answered a poll with an error and no position at all, as it does when one id spoils the list (or, with no
 * `code`, with more than we are willing to read). The caller halves the list until the guilty id stands alone.
 */
export class IrisBatchRejected extends IrisError {
  override readonly name = 'IrisBatchRejected';

  constructor(
    readonly description: string,
    code?: string,
  ) {
    super(`IRIS rejected the whole poll: ${description}`, { code });
  }
}

/** A message that is not what the iris_1_1 schemas describe. The message says where, and quotes nothing of it. */
export class IrisMalformed extends IrisError {
  override readonly name = 'IrisMalformed';
}

/** It is no SOAP message at all: not readable as XML, or without an envelope. */
export class NotSoap extends IrisMalformed {}
