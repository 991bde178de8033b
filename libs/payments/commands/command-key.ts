import type { Intake, SideRow } from '#libs/engine';

/** Where commands send what is to be taken in. */
export type Submits = Pick<Intake, 'submit'>;

/**
 * What makes a command count once, however often its caller sends it: an Idempotency-Key, with who gave it and for which
 * route.
 */
export interface CommandKey {
  /** The same for the same caller, route, key and content; of no other. It tells nothing about any of them. */
  readonly name: string;
  /** What was given under this name before then is forgotten: it is given anew. */
  readonly forgottenBefore: Date;
  /** Stands for the key in the database once the command is applied. */
  readonly row: SideRow['row'];
  /** The command was applied before, and nobody knows what its caller was answered. */
  readonly isApplied: boolean;
}

const TABLE = 'payments.idempotency_key';

/**
 * An intake that writes the key's row in the very transaction that applies the command. Where a command is several
 * events, they are applied together or not at all, so the row goes with the first.
 */
export const keyedIntake = (intake: Submits, { row }: CommandKey): Submits => ({
  submit: (unit) => {
    const [first, ...others] = unit.arrivals;
    if (!first) return intake.submit(unit);
    const side = { table: TABLE, key: 'key_hash', row: { ...row, instance_id: first.to } };
    return intake.submit({ ...unit, arrivals: [{ ...first, rows: [...(first.rows ?? []), side] }, ...others] });
  },
});
