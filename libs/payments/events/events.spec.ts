import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bolli, Bench, CALLER, istruttoria, practice } from '../bench.fixture.js';

const SECOND = 1_000;

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open({ REGENERATE_COOLDOWN: '0' });
});
afterEach(() => bench.close());

interface EventRow {
  readonly event_id: string;
  readonly subject: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const events = async (): Promise<EventRow[]> =>
  (await bench.rows('select * from payments.event order by position')) as unknown as EventRow[];

/** Short names of what is told of a subject, in order. */
const told = async (subject: string): Promise<string[]> =>
  (await events())
    .filter((event) => event.subject === subject)
    .map(({ type }) => type.replace(/^it\.toscana\.portos\.(payment|practice)\.(.*)\.v1$/, '$2'));

const says = async (paymentId: string, ...said: [Parameters<Bench['iris']['says']>[1], object?]) =>
  bench.iris.says(await bench.idPagamento(paymentId), ...said);

async function annulled(): Promise<string> {
  const paymentId = await bench.ready();
  await bench.payments.annul(paymentId, 'not wanted', CALLER);
  await bench.carryOut();
  return paymentId;
}

describe('events', () => {
  it('are told of each state, once, and of what changes within a state none is', async () => {
    const paymentId = await bench.atIris();
    expect(await told(paymentId)).toEqual(['initialized', 'redirected']);
    await says(paymentId, 'inProgress');
    await bench.after(5 * SECOND);
    expect(await bench.state(paymentId)).toBe('redirected.inProgress');
    expect(await told(paymentId)).toEqual(['initialized', 'redirected']);
    await says(paymentId, 'paid');
    await bench.after(20 * SECOND);
    expect(await told(paymentId)).toEqual(['initialized', 'redirected', 'paid']);
  });

  it('a Rigenera that replaces at once is told as one that waits is', async () => {
    const paymentId = await annulled();
    expect(await told(paymentId)).toEqual(['initialized', 'annulled']);
    await bench.regenerate(paymentId);
    await bench.after(5 * SECOND);
    expect((await told(paymentId)).slice(2)).toEqual(['regenerated', 'initialized']);
  });

  it('a practice that is settled is told once, with its payments', async () => {
    const body = practice({ charges: [bolli(1), istruttoria()] });
    const ids = await bench.send(body);
    await bench.carryOut();
    for (const paymentId of ids) {
      await bench.redirect(paymentId);
      const { amount } = await bench.view(paymentId);
      await says(paymentId, 'paid', { amountCents: Number(amount.amount) * 100 });
    }
    await bench.after(5 * SECOND);
    expect(await told(body.practiceId)).toEqual(['settled']);
    const settled = (await events()).find(({ subject }) => subject === body.practiceId);
    expect(settled?.data).toMatchObject({
      practiceId: body.practiceId,
      state: 'settled',
      payments: ids.map((paymentId) => ({ paymentId, state: 'paid' })),
    });
  });

  it('money that comes twice is told', async () => {
    const paymentId = await bench.atIris();
    const idPagamento = await bench.idPagamento(paymentId);
    const event = { type: 'position.reported' as const, idPagamento, esito: 'paid' as const, askedAtSeq: 99 };
    await bench.hear(paymentId, { ...event, receipt: { idTransazione: 'T1', amountCents: 1600 } });
    await bench.hear(paymentId, { ...event, receipt: { idTransazione: 'T2', amountCents: 1600 } });
    expect(await told(paymentId)).toEqual(['initialized', 'redirected', 'paid', 'duplicate-detected']);
  });

  it('an attestation is told when it is here', async () => {
    const paymentId = await bench.atIris();
    const idPagamento = await bench.idPagamento(paymentId);
    await bench.hear(paymentId, {
      type: 'position.reported',
      idPagamento,
      esito: 'paid',
      askedAtSeq: 99,
      receipt: { idTransazione: 'T1', amountCents: 1600 },
    });
    await bench.hear(paymentId, { type: 'attestation.stored', idPagamento });
    expect((await told(paymentId)).at(-1)).toBe('receipt-available');
  });

  it('hold the payment as the API shows it, without what would let somebody in and without personal data', async () => {
    const paymentId = await bench.atIris();
    const { updatedAt: _, allowedActions: __, ...view } = await bench.view(paymentId);
    const [, redirected] = await events();
    expect(redirected?.data).toMatchObject({
      ...view,
      attempt: { ...view.attempt, openedAt: null, redirectUrl: null, expiresAt: null },
      message: { it: expect.any(String) as unknown },
    });
    expect(view.attempt.redirectUrl).not.toBeNull();
    const { returnToken } = (
      (await bench.payments.store.readInstance(paymentId))?.snapshot.context as unknown as {
        attempts: readonly { returnToken: string }[];
      }
    ).attempts[0] ?? { returnToken: '' };
    const all = JSON.stringify(await events());
    for (const secret of [returnToken, String(view.attempt.redirectUrl), 'RSSMRA80A01H501U', 'mario.rossi'])
      expect(all).not.toContain(secret);
  });

  it('stand exactly when their decision stands: what is decided twice, or refused, is told no second time', async () => {
    const paymentId = await annulled();
    const before = (await events()).length;
    const event = { type: 'regenerate.requested', attempt: 9 } as never;
    const unit = { arrivals: [{ to: paymentId, id: 'same', event, ...CALLER }] };
    await bench.payments.intake.submit(unit);
    await bench.payments.intake.submit(unit);
    expect(await events()).toHaveLength(before);
    const ids = (await events()).map((row) => row.event_id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
