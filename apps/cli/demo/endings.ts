import { expect, NAMES, type Story } from './story.js';

/** The four ways in which a payment ends by itself. */

export async function paid(story: Story): Promise<void> {
  const { practiceId, payments } = await story.open('bolli', 'istruttoria');
  for (const { paymentId, kind } of payments) {
    const { redirectUrl } = await story.goToIris(paymentId);
    await story.counter.pressPay(redirectUrl);
    story.say(`Il cittadino paga (${NAMES[kind]}) e torna su PORTOS`);
    await story.reach(paymentId, 'paid');
  }
  await story.untilSettled(practiceId);
}

export async function rejected(story: Story): Promise<void> {
  const paymentId = await story.openOne('bolli');
  const { idPagamento, redirectUrl } = await story.goToIris(paymentId);
  await story.counter.arrange(idPagamento, 'rejected');
  await story.counter.pressPay(redirectUrl);
  story.say('La carta è rifiutata; il cittadino torna su PORTOS');
  await expectRegenerable(story, paymentId, 'rejected');
}

export async function annulled(story: Story): Promise<void> {
  const paymentId = await story.openOne('bolli');
  const { idPagamento, redirectUrl } = await story.goToIris(paymentId);
  await story.counter.arrange(idPagamento, 'cancelled-by-payer');
  await story.counter.pressPay(redirectUrl);
  story.say('Il cittadino preme «Annulla» su IRIS e torna su PORTOS');
  await expectRegenerable(story, paymentId, 'annulled');
}

export async function notConcluded(story: Story): Promise<void> {
  const paymentId = await story.openOne('bolli');
  const { idPagamento, redirectUrl } = await story.goToIris(paymentId);
  await story.counter.arrange(idPagamento, 'page-closed');
  await story.counter.pressPay(redirectUrl);
  story.say('Il cittadino comincia a pagare e chiude la pagina: su IRIS il pagamento resta in corso');
  const waiting = await story.until(paymentId, 'in corso', ({ message }) =>
    message.it.startsWith('Stiamo verificando'),
  );
  story.show(waiting);
  story.say('Passa il tempo di una sessione di pagamento, e IRIS lo dice ancora in corso');
  const { message } = await story.reach(paymentId, 'notConcluded');
  expect(message.it.includes('Non pagare di nuovo'), 'PORTOS non avverte che un pagamento risulta ancora in corso');
  await story.expectTaken(paymentId);
}

/** Nothing was taken, and the payer can help themselves. */
async function expectRegenerable(story: Story, paymentId: string, state: string): Promise<void> {
  const { allowedActions } = await story.reach(paymentId, state);
  expect(allowedActions.includes('regenerate'), 'PORTOS non offre «Rigenera pagamento»');
  await story.expectTaken(paymentId);
}
