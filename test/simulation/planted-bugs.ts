/** A fault that we put into a copy of our own code, to see that the simulation finds it. */
export interface PlantedBug {
  readonly name: string;
  /** The source file it is planted in. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly instead: string;
  readonly planted: string;
}

/**
 * Each is a mistake that somebody could make. They are planted in a copy of the build, in a folder that is thrown away:
 * no switch for them exists in what is shipped.
 */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: 'timers fire without their token',
    file: 'libs/engine/core/advance.ts',
    instead: 'if (arrival.timer && instance?.timers[arrival.timer.timerId] !== arrival.timer.armedSeq) {',
    planted: 'if (arrival.timer && !instance) {',
  },
  {
    name: 'acknowledged before the commit',
    file: 'libs/engine/runtime/intake.ts',
    instead: `(found) =>
      decideBatch(units, found, this.options.registry),
    );`,
    planted: `(found) => {
      const early = decideBatch(units, found, this.options.registry);
      this.#answer(batch, early, false);
      return early;
    });`,
  },
  {
    name: 'a batch that fails is not halved',
    file: 'libs/engine/runtime/intake.ts',
    instead: 'if (batch.length === 1 || isUnreachable(failure.error)) {',
    planted: 'if (batch.length >= 1) {',
  },
  {
    name: 'what is given up is told to nobody',
    file: 'libs/engine/runtime/settlement.ts',
    instead: 'return { arrivals: [...arrivals, parkedArrival(claim, then.reason)], settlement: { claim, then } };',
    planted: 'return { arrivals, settlement: { claim, then } };',
  },
  {
    name: 'an opening is begun again after its answer was lost',
    file: 'libs/payments/effects/open-positions.ts',
    instead: 'if (claim.tries > 1) return',
    planted: 'if (claim.tries > 1_000) return',
  },
  {
    name: 'identifiers are used again after a lost answer',
    file: 'libs/payments/effects/open-positions.ts',
    instead: 'const next = await deps.identifiers.attempt(payload.positions.length);',
    planted: 'const next = payload;',
  },
  {
    name: 'the practice is told under a new name each time',
    file: 'libs/payments/effects/tell.ts',
    instead: 'return done({ to, id, event });',
    planted:
      "const { tries } = claims[0] ?? { tries: 0 };\n        return done({ to, id: id + '/' + String(tries), event });",
  },
  {
    name: 'a duplicate is dropped',
    file: 'machines/payment/payment.receipts.ts',
    instead: "context: add({ idTransazione, amountCents, disposition: 'refundDue', quarantine: null }),",
    planted: 'context,',
  },
  {
    name: 'a negative after paid takes the money back',
    file: 'machines/payment/payment.receipts.ts',
    instead: 'if (isSettling(position)) return { context, incidents: [contradiction(position, report.esito)] };',
    planted: `if (isSettling(position)) {
    const items = context.items.map((item) => (item.item === position.item ? { ...item, settledBy: null } : item));
    return { context: { ...context, items }, incidents: [] };
  }`,
  },
  {
    name: 'any amount settles',
    file: 'machines/payment/payment.receipts.ts',
    instead: 'if (amountCents !== position.amountCents) {',
    planted: 'if (amountCents < 0) {',
  },
  {
    name: 'a second transaction is taken for the first',
    file: 'machines/payment/payment.receipts.ts',
    instead: "idTransazione === null ? known.quarantine !== 'reversed' : known.idTransazione === idTransazione,",
    planted: 'idTransazione !== undefined && known.amountCents > 0,',
  },
  {
    name: 'money for a dropped charge settles it',
    file: 'machines/payment/payment.receipts.ts',
    instead: 'if (context.dropped !== null || isItemSettled(context, position)) {',
    planted: 'if (isItemSettled(context, position)) {',
  },
  {
    name: 'not paid yet is taken for a verdict',
    file: 'machines/payment/payment.verdict.ts',
    instead: "const CLOSED: ReadonlySet<Esito | null> = new Set<Esito>(['refused', 'cancelled', 'unpayable']);",
    planted:
      "const CLOSED: ReadonlySet<Esito | null> = new Set<Esito>(['refused', 'cancelled', 'unpaid', 'unpayable']);",
  },
  {
    name: 'a deadline decides without a later answer',
    file: 'machines/payment/payment.verdict.ts',
    instead:
      'isClosed(position) || (!isQuarantined(position) && position.askedAtSeq >= deadlineSeq && accepts(position)),',
    planted: 'isClosed(position) || (!isQuarantined(position) && accepts(position)),',
  },
  {
    name: 'Rigenera trusts an answer from before the command',
    file: 'machines/payment/payment.verdict.ts',
    instead: 'return isNegative(position.esito) && position.askedAtSeq >= reliableSince(context, position);',
    planted: 'return isNegative(position.esito);',
  },
];
