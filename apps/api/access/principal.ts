import type { Caller, Role } from '#libs/payments';

/** Who calls, as his key or token says. */
export interface Principal {
  /** Names what was presented, for counting: two keys of one caller are counted apart. */
  readonly credential: string;
  /** Names the caller, whichever of his keys he presents; never personal data. */
  readonly subject: string;
  readonly roles: readonly Role[];
  /** May decide what an operator decides, in an installation that has no key for operators. */
  readonly standsInForOperator: boolean;
  /** As the history names him. */
  readonly caller: Caller;
}

/** A caller that works by itself, such as PORTOS, is a source of its own; anybody else is a person at a console. */
export const callerOf = (actor: string, roles: readonly Role[]): Caller => ({
  source: roles.includes('service') ? 'api' : 'operator',
  actor,
});

/** Whether a person decides here, who must say why. */
export const isPerson = ({ roles }: Principal): boolean => !roles.includes('service');
