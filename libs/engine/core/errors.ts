/** The engine's errors, by who must act. Each carries its values, so that a row or a log can keep them. */

/** The caller: nothing is known under this id, and the event may not create it. */
export class InstanceNotFound extends Error {
  override readonly name = 'InstanceNotFound';
  constructor(readonly instanceId: string) {
    super(`no instance ${instanceId}`);
  }
}

/** The developer: an instance lives on a machine version that this build does not carry. */
export class UnknownMachine extends Error {
  override readonly name = 'UnknownMachine';
  constructor(
    readonly machine: string,
    readonly version: number | null,
  ) {
    super(`machine ${machine}${version === null ? '' : ` version ${version}`} is not registered`);
  }
}

/** The developer: the machine or a row is in a shape that must not be. Never retried; the event is parked. */
export class InvariantBroken extends Error {
  override readonly name = 'InvariantBroken';
}

/** Nobody yet: another process was faster. The batch is tried again at once. */
export class TransitionConflict extends Error {
  override readonly name = 'TransitionConflict';
}

/** The operator: this build carries another machine under a version that was published before. */
export class MachineChanged extends Error {
  override readonly name = 'MachineChanged';
  constructor(
    readonly machine: string,
    readonly version: number,
  ) {
    super(
      `machine ${machine} version ${version} is not the one this database was used with: publish a new version, ` +
        'or start with --fresh on a development database',
    );
  }
}

/** The operator: the server that the queues should live on cannot be used, and the message says what to change. */
export class QueueUnfit extends Error {
  override readonly name = 'QueueUnfit';
}

/** The caller: the process is stopping and takes in nothing more. */
export class IntakeClosed extends Error {
  override readonly name = 'IntakeClosed';
  constructor() {
    super('the intake is closed: this process is stopping');
  }
}

/** The caller: what was sent cannot be stored. */
export class NotStorable extends Error {
  override readonly name = 'NotStorable';
}

/** The caller: while another effect stands that excludes it, this one cannot become due. Nothing was changed. */
export class EffectExcluded extends Error {
  override readonly name = 'EffectExcluded';
}
