import { describe, expect, it } from '@jest/globals';
import type { PaymentContext } from '#machines/payment';
import { createPaymentMachine } from '#machines/payment';
import { initialTransition } from 'xstate';
import { messageFor } from './messages.js';

const ids = (name: string) => ({ idPagamento: name, idPendenza: `P${name}`, iuv: name });
const items = [1, 2].map((item) => ({ item, amountCents: 1600 }));

/** A payment of two items that has just begun. */
const [{ context: begun }] = initialTransition(createPaymentMachine(), {
  type: 'payment.initialized',
  paymentId: 'pay_1',
  practiceId: 'P-1',
  kind: 'bolli',
  items,
  attempt: { returnToken: 't', positions: [ids('1'), ids('2')] },
});

type Position = PaymentContext['attempts'][number]['positions'][number];

/** The same payment, its first position changed. */
const withFirst = (change: Partial<Position>): PaymentContext => ({
  ...begun,
  attempts: begun.attempts.map((attempt) => ({
    ...attempt,
    positions: attempt.positions.map((position, index) => (index === 0 ? { ...position, ...change } : position)),
  })),
});

const firstSettled: PaymentContext = {
  ...begun,
  items: begun.items.map((item) => (item.item === 1 ? { ...item, settledBy: { attempt: 1, idPagamento: '1' } } : item)),
};

const quarantined = withFirst({
  receipts: [{ idTransazione: 'T', amountCents: 1, disposition: 'quarantined', quarantine: 'amountMismatch' }],
});

describe('what a payer reads', () => {
  it.each([
    ['winter', '2026-11-23T22:30:00Z', '23:30'],
    ['summer', '2026-07-01T22:30:00Z', '00:30'],
  ])('names the end of the wait in Italian time (%s)', (_, instant, clock) => {
    const until = new Date(instant);
    expect(messageFor('redirected.choosing', begun, until).it).toContain(`fino alle ${clock}.`);
    expect(messageFor('redirected.inProgress', begun, until).it).toContain(`entro le ${clock}.`);
    expect(messageFor('regenerated.checking', begun, until).en).toContain(`by ${clock}.`);
  });

  it('once the time to choose is over says that we are checking, and to pay no more', () => {
    expect(messageFor('redirected.choosing', begun, null)).toEqual(messageFor('redirected.inProgress', begun, null));
    expect(messageFor('redirected.choosing', begun, null).it).toContain('non pagare di nuovo');
  });

  it.each(['initialized.opening', 'initialized.ready', 'initialized.stale', 'redirected.confirming', 'paid.receipted'])(
    'in %s says the same however long the wait',
    (state) => {
      expect(messageFor(state, begun, new Date())).toEqual(messageFor(state, begun, null));
    },
  );

  it.each([
    ['rejected', 'Pagamento rifiutato.'],
    ['annulled', 'Pagamento annullato.'],
    ['notConcluded', 'Pagamento non concluso.'],
  ])('in %s says what became of it and that it can be regenerated', (state, outcome) => {
    const message = messageFor(state, begun, null);
    expect(message.it).toMatch(new RegExp(`^${outcome}.*rigenerar`));
    expect(message.en).toContain('regenerate');
  });

  it('of a payment that is paid in part says how much, and not that nothing was charged', () => {
    const message = messageFor('rejected', firstSettled, null);
    expect(message.it).toBe('Pagamento rifiutato. Importi pagati: 1 su 2. Rigenera il pagamento per quello che manca.');
    expect(message.en).toContain('1 of 2');
  });

  it.each(['rejected', 'annulled', 'notConcluded'])('in %s does not deny money that is owed back', (state) => {
    const [receipt] = quarantined.attempts[0]?.positions[0]?.receipts ?? [];
    const refunded = withFirst({ receipts: receipt ? [{ ...receipt, disposition: 'refundDue' }] : [] });
    expect(messageFor(state, refunded, null).it).toMatch(/versato non vale.*se ne occupa l'ufficio.*rigenerare/);
    expect(messageFor(state, refunded, null).it).not.toContain('Nessun addebito');
  });

  it.each(['rejected', 'annulled', 'notConcluded'])(
    'in %s offers no Rigenera that is not allowed any more',
    (state) => {
      expect(messageFor(state, begun, null, true).it).toMatch(/quante volte è possibile: rivolgiti all'ufficio/);
      expect(messageFor(state, begun, null, true).it).not.toContain('puoi rigenerare');
    },
  );

  it.each(['rejected', 'annulled', 'notConcluded'])('warns in %s when money still moves', (state) => {
    const moving = withFirst({ underway: 'inProgress', esito: 'inProgress' });
    expect(messageFor(state, moving, null).it).toContain('Risulta un pagamento in corso. Non pagare di nuovo');
  });

  it.each(['redirected.choosing', 'rejected', 'regenerated.checking'])(
    'in %s sends nobody to pay beside quarantined money',
    (state) => {
      expect(messageFor(state, quarantined, null).it).toContain('Non pagare di nuovo.');
    },
  );

  it('of a Rigenera that is overdue says what the payer may do, unless it would have no effect', () => {
    const regenerate = { askedSeq: 1, acknowledgedBy: null, next: { returnToken: 't2', positions: [] } };
    const opened = begun.attempts.map((attempt) => ({ ...attempt, opening: 'opened' as const }));
    const overdue: PaymentContext = { ...begun, attempts: opened, regenerate };
    expect(messageFor('regenerated.overdue', overdue, null).it).toMatch(/^Stiamo verificando.*non pagare.*proseguire/);
    expect(messageFor('regenerated.checking', overdue, null).it).not.toContain('proseguire');
    expect(messageFor('regenerated.overdue', { ...overdue, attempts: begun.attempts }, null).it).not.toContain(
      'proseguire',
    );
  });

  it.each(['replaced', 'withdrawn'] as const)(
    'of a charge that was %s sends nobody to pay or to Rigenera',
    (dropped) => {
      const message = messageFor('annulled', { ...begun, dropped }, null);
      expect(message.it).toContain('Non pagarlo.');
      expect(message.it).not.toContain('rigener');
      const moving = { ...withFirst({ underway: 'inProgress' }), dropped };
      expect(messageFor('annulled', moving, null).it).toContain('Risulta un pagamento in corso');
    },
  );

  it('of a payment that is paid is content, whatever else waits for the office', () => {
    expect(messageFor('paid.awaitingReceipt', quarantined, null).it).toBe('Pagamento ricevuto. Non serve altro.');
  });
});
