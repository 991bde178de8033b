/** The operator: the queue's server cannot be reached, or did not take the job. Enqueue again under the same key. */
export class QueueUnreachable extends Error {
  override readonly name = 'QueueUnreachable';
}

/** The caller: the command was refused for good. The message says why, and what is allowed or must be corrected. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  /** What HTTP would have answered (400, 404, 409, 422, 429); 503 after the last try; null if it is not known. */
  readonly status: number | null;

  constructor(words: string) {
    super(words);
    const [, status] = /^(\d{3}) /.exec(words) ?? [];
    this.status = status === undefined ? null : Number(status);
  }
}

/** Nobody yet: the command is not decided in the time given and goes on all the same, or its job was removed since. */
export class ResultUnknown extends Error {
  override readonly name = 'ResultUnknown';
}

export type WebhookRefusal = 'unsigned' | 'out-of-date' | 'bad-signature' | 'not-a-cloud-event';

/** Nobody here: a message that is not to be believed. Neither its content nor a secret stands in the words. */
export class WebhookRefused extends Error {
  override readonly name = 'WebhookRefused';

  constructor(
    readonly reason: WebhookRefusal,
    words: string,
  ) {
    super(words);
  }
}

/**
 * The operator: no answer of the API came back, though the request was sent as often as allowed. Whether it was carried
 * out is not known: the same call with the same `idempotencyKey` finds out, and has no second effect.
 */
export class PaymentsUnreachable extends Error {
  override readonly name = 'PaymentsUnreachable';

  /**
   * @param code of the network, `ECONNREFUSED`, or the name of what happened, `TimeoutError`
   * @param idempotencyKey under which it was sent; null for what needs none
   */
  constructor(
    readonly code: string,
    readonly tries: number,
    readonly idempotencyKey: string | null,
    readonly requestId: string | null,
  ) {
    super(
      `PORTOS Payments cannot be reached, or did not answer (${code}), at ${tries} ${tries === 1 ? 'try' : 'tries'}`,
    );
  }
}
