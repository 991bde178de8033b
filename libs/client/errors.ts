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
