/**
 * Bugs that we plant in our own code, one at a time, to see whether the simulation catches them. Each is a change of
 * one text of one source file, made in a throw-away build (`mutant-build.ts`): nothing that is shipped knows of it.
 */
export interface PlantedBug {
  readonly name: string;
  /** What goes wrong with it. */
  readonly because: string;
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly text: string;
  readonly replacement: string;
  /** The first seed, from 1 on, that was seen to catch it. */
  readonly caughtBy: number;
}

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: 'acknowledged before the commit',
    because: 'a caller is told "done" of what a lost commit forgets',
    file: 'libs/engine/runtime/intake.ts',
    text: `(found) =>
      decideBatch(units, found, this.options.registry),
    );`,
    replacement: `(found) => {
      const decided = decideBatch(units, found, this.options.registry);
      this.#answer(batch, decided, false);
      return decided;
    });`,
    caughtBy: 62,
  },
  {
    name: 'refused batch not halved',
    because: 'one unit that the database refuses takes its neighbours with it',
    file: 'libs/engine/runtime/intake.ts',
    text: 'if (batch.length === 1 || isUnreachable(failure.error)) {',
    replacement: 'if (batch.length >= 1) {',
    caughtBy: 2,
  },
  {
    name: 'locked elsewhere, decided all the same',
    because: 'what arrives while another process holds the row is refused for good',
    file: 'libs/engine/runtime/batch.ts',
    text: "if (instancesOf(unit).some((id) => found.busy.has(id))) return { kind: 'busy' };",
    replacement: '',
    caughtBy: 5,
  },
  {
    name: 'given up and told to nobody',
    because: 'an effect is parked, and no incident says so',
    file: 'libs/engine/runtime/settlement.ts',
    text: 'return { arrivals: [...arrivals, parkedArrival(claim, then.reason)], settlement: { claim, then } };',
    replacement: 'return { arrivals, settlement: { claim, then } };',
    caughtBy: 33,
  },
  {
    name: 'timers without their token',
    because: 'a deadline that was cancelled, or armed anew, is heard all the same',
    file: 'libs/engine/core/advance.ts',
    text: 'if (arrival.timer && instance?.timers[arrival.timer.timerId] !== arrival.timer.armedSeq) {',
    replacement: 'if (arrival.timer && instance === null) {',
    caughtBy: 1466,
  },
  {
    name: 'opening begun again',
    because: 'after a crash the same positions are opened a second time, though the first message may have arrived',
    file: 'libs/payments/effects/open-positions.ts',
    text: 'if (claim.tries > 1) return lost(',
    replacement: 'if (claim.tries > 99) return lost(',
    caughtBy: 37,
  },
  {
    name: 'identifiers used again',
    because: 'an opening whose answer was lost is repeated under the identifiers IRIS may know already',
    file: 'machines/payment/payment.setup.ts',
    text: 'moves.startNextAttempt(context, event.next),\n      ),\n      startFromRedirect',
    replacement:
      'moves.startNextAttempt(context, { ...event.next, positions: currentAttempt(context).positions }),\n      ),\n      startFromRedirect',
    caughtBy: 10,
  },
  {
    name: 'practice told twice',
    because: 'the message that a charge is paid has a new name each time it is sent',
    file: 'libs/payments/effects/tell.ts',
    text: 'return done({ to, id, event });',
    replacement: 'return done({ to, id: `${id}/${claim.tries}`, event });',
    caughtBy: 297,
  },
  {
    name: 'duplicate money dropped',
    because: 'a second payment of a settled item is nowhere written down',
    file: 'machines/payment/payment.receipts.ts',
    text: `      context: add({ idTransazione, amountCents, disposition: 'refundDue', quarantine: null }),
      incidents: [duplicatePayment(context, position, idTransazione, amountCents)],`,
    replacement: '      context,\n      incidents: [],',
    caughtBy: 1,
  },
  {
    name: 'second transaction dropped',
    because: 'of two payments on one position only the first counts',
    file: 'machines/payment/payment.receipts.ts',
    text: "known.quarantine !== 'reversed' : known.idTransazione === idTransazione,",
    replacement: "known.quarantine !== 'reversed' : known.quarantine !== 'reversed',",
    caughtBy: 1,
  },
  {
    name: 'negative after paid applied',
    because: 'IRIS says unpaid of what it said was paid, and the item is open again',
    file: 'machines/payment/payment.receipts.ts',
    text: 'if (isSettling(position)) return { context, incidents: [contradiction(position, report.esito)] };',
    replacement: `if (isSettling(position)) {
      const items = context.items.map((item) => (item.item === position.item ? { ...item, settledBy: null } : item));
      return { context: { ...context, items }, incidents: [contradiction(position, report.esito)] };
    }`,
    caughtBy: 26,
  },
  {
    name: 'any amount settles',
    because: 'a payment of less than is due settles the item',
    file: 'machines/payment/payment.receipts.ts',
    text: 'if (amountCents !== position.amountCents) {',
    replacement: 'if (amountCents <= 0) {',
    caughtBy: 2,
  },
  {
    name: 'NON_PAGATA is a verdict',
    because: 'a payer who is still choosing is cut off by the first answer',
    file: 'machines/payment/payment.verdict.ts',
    text: "const CLOSED: ReadonlySet<Esito | null> = new Set<Esito>(['refused',",
    replacement: "const CLOSED: ReadonlySet<Esito | null> = new Set<Esito>(['unpaid', 'refused',",
    caughtBy: 9,
  },
  {
    name: 'deadline decides by itself',
    because: 'a wait ends on an answer that is older than its deadline',
    file: 'machines/payment/payment.verdict.ts',
    text: 'position.askedAtSeq >= deadlineSeq && accepts(position)',
    replacement: 'accepts(position)',
    caughtBy: 11,
  },
  {
    name: 'Rigenera trusts an old answer',
    because: 'an attempt is replaced on what IRIS said before it was asked',
    file: 'machines/payment/payment.verdict.ts',
    text: 'return isNegative(position.esito) && position.askedAtSeq >= reliableSince(context, position);',
    replacement: 'return isNegative(position.esito);',
    caughtBy: 7,
  },
];
