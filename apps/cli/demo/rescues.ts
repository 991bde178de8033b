import { expect, type Story } from './story.js';

/** Where money would be lost, or paid twice, if nobody watched. */

/** Longer than any story: the receipt comes when the story says so. */
const NOT_BY_ITSELF_MS = 86_400_000;
const OUTAGE_SECONDS = 8;

export async function regenerate(story: Story): Promise<void> {
  const paymentId = await story.openOne('bolli');
  const first = await story.goToIris(paymentId);
  await story.counter.arrange(first.idPagamento, 'rejected');
  await story.counter.pressPay(first.redirectUrl);
  story.say('La carta è rifiutata; il cittadino torna su PORTOS');
  await story.reach(paymentId, 'rejected');
  await story.regenerate(paymentId);
  const second = await story.goToIris(paymentId);
  expect(second.idPagamento !== first.idPagamento, 'il secondo tentativo usa la posizione del primo');
  await story.counter.pressPay(second.redirectUrl);
  story.say('Questa volta il pagamento riesce');
  await story.reach(paymentId, 'paid');
  await story.expectTaken(paymentId, 1600);
}

export async function lateSuccess(story: Story): Promise<void> {
  const paymentId = await story.openOne('bolli');
  const first = await annulledAtIris(story, paymentId);
  await story.regenerate(paymentId);
  const ready = await story.until(paymentId, 'pronto', ({ allowedActions }) => allowedActions.includes('redirect'));
  story.show(ready);
  await story.tellHistory(paymentId);
  story.say(`Il tentativo ${ready.attempt.number} è pronto, ma il cittadino non ha ancora pagato`);
  await story.counter.deliverReceipt(first);
  story.say(`Dalla banca arriva a IRIS la ricevuta del tentativo 1: la posizione ${first} era stata pagata davvero`);
  const paid = await story.reach(paymentId, 'paid');
  expect(
    paid.items.every(({ settledBy }) => settledBy?.idPagamento === first),
    'non è il tentativo 1 a saldare',
  );
  await story.expectNoWayToPay(paymentId);
  await story.expectTaken(paymentId, 1600);
  story.say('I 16,00 € pagati per primi valgono: non sono andati persi e nessuno ha pagato due volte');
}

export async function doublePayment(story: Story): Promise<void> {
  const paymentId = await story.openOne('istruttoria');
  const first = await annulledAtIris(story, paymentId);
  await story.regenerate(paymentId);
  const second = await story.goToIris(paymentId);
  await story.counter.pressPay(second.redirectUrl);
  story.say('Il cittadino paga il secondo tentativo e torna su PORTOS');
  await story.reach(paymentId, 'paid');
  await story.counter.deliverReceipt(first);
  story.say(
    `Dalla banca arriva a IRIS anche la ricevuta del tentativo 1 (posizione ${first}): il cittadino ha pagato due volte`,
  );
  const settled = await story.until(paymentId, 'con un rimborso dovuto', ({ attempts }) =>
    attempts.some(({ positions }) => positions.some(({ refund }) => refund === 'due')),
  );
  story.show(settled);
  await story.tellHistory(paymentId);
  const due = settled.attempts.flatMap(({ positions }) => positions).filter(({ refund }) => refund === 'due');
  expect(due.length === 1 && due[0]?.idPagamento === first, 'il rimborso dovuto non è quello del tentativo 1');
  expect(settled.state === 'paid', 'il pagamento non risulta più pagato');
  await story.expectTaken(paymentId, 15_000, 15_000);
  story.say('150,00 € saldano il contributo; gli altri 150,00 € sono un rimborso dovuto, segnalato all’ufficio');
  await giveBack(story, paymentId);
}

/** The office makes the refund, and writes down that it was made. */
async function giveBack(story: Story, paymentId: string): Promise<void> {
  const incident = await story.showIncident(paymentId);
  expect(incident.allowedResolutions.includes('refunded'), 'la segnalazione non permette di annotare il rimborso');
  story.say('La Regione rende 150,00 € con un bonifico a chi ha pagato');
  if (!(await story.decide(incident, 'refunded', 'rimborso eseguito'))) return;
  await story.tellHistory(paymentId);
  const { attempts } = await story.portos.payment(paymentId);
  const refunds = attempts.flatMap(({ positions }) => positions.map(({ refund }) => refund));
  expect(refunds.includes('refunded') && !refunds.includes('due'), 'il rimborso non risulta');
  const open = await story.portos.openIncidents(paymentId);
  expect(open.length === 0, 'la segnalazione è ancora aperta');
  story.say('Il rimborso risulta, la segnalazione è chiusa, e il pagamento resta pagato');
}

export async function irisDown(story: Story): Promise<void> {
  const before = await story.openOne('bolli');
  const { idPagamento } = await story.goToIris(before);
  const comeBack = await story.counter.takeDown(OUTAGE_SECONDS);
  try {
    story.say(`IRIS smette di rispondere per ${OUTAGE_SECONDS} secondi`);
    await story.counter.payAtBank(idPagamento);
    story.say('Il cittadino, già sul sito della banca, paga lo stesso');
    const during = await story.openOne('istruttoria');
    story.show(await story.portos.payment(during));
    const waiting = await story.portos.payment(before);
    expect(waiting.state === 'redirected', `senza una risposta di IRIS il pagamento è diventato ${waiting.state}`);
    story.say('Finché IRIS tace nulla è deciso: il silenzio non è un esito');
    story.show(waiting);
    await story.reach(before, 'paid');
    story.say('IRIS è tornato: il pagamento fatto durante il guasto risulta');
    const { redirectUrl } = await story.goToIris(during);
    await story.counter.pressPay(redirectUrl);
    story.say('Il cittadino paga anche la pratica aperta durante il guasto');
    await story.reach(during, 'paid');
    await story.expectTaken(before, 1600);
    await story.expectTaken(during, 15_000);
  } finally {
    await comeBack();
  }
}

/** The payer pays, IRIS gives the payment up, and its receipt is still on the way. @returns the position */
async function annulledAtIris(story: Story, paymentId: string): Promise<string> {
  const { idPagamento, redirectUrl } = await story.goToIris(paymentId);
  await story.counter.arrange(idPagamento, 'late-success', { afterMs: NOT_BY_ITSELF_MS });
  await story.counter.pressPay(redirectUrl);
  story.say('Il cittadino paga, la pagina della banca si blocca e IRIS dà il pagamento per annullato');
  await story.reach(paymentId, 'annulled');
  await story.expectTaken(paymentId);
  return idPagamento;
}
