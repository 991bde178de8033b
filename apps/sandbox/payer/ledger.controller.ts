import { Controller, Get } from '@nestjs/common';
import { Clock } from '../clock.js';
import { Ledger, type HandedAttestation, type Payment, type Position } from '../ledger.js';
import { amountOf } from '../money.js';
import { stateOf } from '../position-state.js';

/** The oracle: what IRIS and E-Bollo really took, and how every position stands. */
@Controller('sandbox/ledger')
export class LedgerController {
  constructor(
    private readonly ledger: Ledger,
    private readonly clock: Clock,
  ) {}

  /** `total` is all the money ever taken, `refundedTotal` how much of it was given back. */
  @Get()
  show() {
    const now = this.clock.now();
    const attestations = this.ledger.attestations();
    const handed = new Map<string, HandedAttestation[]>();
    for (const one of attestations) handed.set(keyOf(one), [...(handed.get(keyOf(one)) ?? []), one]);
    const taken = this.ledger.positions().flatMap((position) => {
      return position.payments.flatMap((payment) => (payment.paidAt === null ? [] : [{ position, payment }]));
    });
    const totalCents = centsIn(taken.map(({ payment }) => payment));
    const refundedCents = centsIn(taken.map(({ payment }) => payment).filter(isGivenBack));
    return {
      items: taken.map(({ position, payment }) => itemOf(position, payment, handed)),
      total: amountOf(totalCents),
      totalCents,
      refundedTotal: amountOf(refundedCents),
      refundedCents,
      attestations,
      positions: this.ledger.positions().map((position) => positionOf(position, now)),
    };
  }
}

function itemOf(position: Position, payment: Payment, handed: ReadonlyMap<string, readonly HandedAttestation[]>) {
  const { idPagamento, idPendenza, tipoPendenza, session } = position;
  const { idTransazione, amountCents, paidAt, state, reachedAt } = payment;
  return {
    idPagamento,
    idPendenza,
    tipoPendenza,
    amount: amountOf(amountCents),
    amountCents,
    idTransazione,
    paidAt: paidAt?.toISOString() ?? null,
    refund: isGivenBack(payment) ? { kind: state, at: reachedAt.toISOString() } : null,
    session,
    attestations: handed.get(keyOf({ idPagamento, idTransazione })) ?? [],
  };
}

/** Tells one payment of one position from all others. */
function keyOf({ idPagamento, idTransazione }: Pick<HandedAttestation, 'idPagamento' | 'idTransazione'>): string {
  return `${idPagamento}/${idTransazione}`;
}

function positionOf(position: Position, now: Date) {
  const { stato, descrizione } = stateOf(position, now);
  const { idPagamento, idPendenza, tipoPendenza, amountCents, session, deleted } = position;
  const amount = amountOf(amountCents);
  const state = { state: stato, description: descrizione, deleted };
  return { idPagamento, idPendenza, tipoPendenza, amount, amountCents, session, ...state };
}

function isGivenBack({ state }: Payment): boolean {
  return state === 'RIMBORSATO' || state === 'STORNATO';
}

function centsIn(payments: readonly Payment[]): number {
  return payments.reduce((sum, { amountCents }) => sum + amountCents, 0);
}
