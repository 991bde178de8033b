import type { HistoryItem, PaymentView, PositionView, PracticeView, ReceiptView } from '#libs/payments';
import type { Source } from '#libs/engine';
import type { Schema } from '../schema.js';
import { exactly, flag, listOf, nullable, oneOfWords, pageOf, ref, text, textOrNull, wholeNumber } from '../schema.js';

type Item = PaymentView['items'][number];

const positions = listOf(ref('Position'), 'One for each item that was still missing.');
const attemptNumber = wholeNumber('Attempts are counted from 1; those that came to nothing count too.', 1);

/** Practices, payments, and what is told of them. */
export const paymentSchemas: Readonly<Record<string, Schema>> = {
  Practice: exactly<PracticeView>('Una pratica / A practice with its payments.', {
    practiceId: ref('PracticeId'),
    practiceType: ref('PracticeType'),
    state: ref('PracticeState'),
    withdrawn: flag('PORTOS withdrew it; then it is settled no more.'),
    payments: listOf(ref('Payment'), 'Of its present charges, in their order.', { maxItems: 2 }),
  }),
  Payment: exactly<PaymentView>('Un pagamento / The life of one charge until every item of it is settled.', {
    paymentId: ref('PaymentId'),
    practiceId: ref('PracticeId'),
    kind: ref('ChargeKind'),
    state: ref('PaymentState'),
    blocked: flag('Nothing goes on by itself: PORTOS offers Rigenera ("pending di pagamento").'),
    amount: ref('Money', 'Of all its items.'),
    items: listOf(ref('Item'), 'In the order in which they were given.', { minItems: 1 }),
    attempt: ref('Attempt', 'The current one.'),
    attempts: listOf(ref('FormerAttempt'), 'All of them, the current one included, in order.', { minItems: 1 }),
    allowedActions: listOf(ref('PaymentAction'), 'What may be done now.', { uniqueItems: true }),
    acknowledgeFrom: nullable(
      ref('Instant'),
      'While a Rigenera waits: from when on `acknowledgeInFlight` takes effect; null when it would never.',
    ),
    dropped: nullable(ref('DropCause'), 'Why the practice no longer holds its charge; null while it does.'),
    message: ref('Message', 'For the payer.'),
    updatedAt: ref('Instant'),
  }),
  Item: exactly<Item>('What a payment is made of: each stamp duty, or the one fee.', {
    item: wholeNumber('1 to n, in the order given.', 1),
    amount: ref('Money'),
    settledBy: nullable(ref('Settlement'), 'By what it is paid; null while it is not.'),
  }),
  Settlement: exactly<NonNullable<Item['settledBy']>>('The position whose receipt settles an item.', {
    attempt: attemptNumber,
    idPagamento: ref('IdPagamento'),
  }),
  Attempt: exactly<PaymentView['attempt']>('Un tentativo / One try at paying what is missing: a session at IRIS.', {
    number: attemptNumber,
    openedAt: nullable(ref('Instant'), 'When IRIS opened it; null until then.'),
    redirectUrl: textOrNull('Where the payer pays, while they may: whoever has it is let in. Never store it.', {
      format: 'uri',
    }),
    expiresAt: nullable(ref('Instant'), 'The end of the present wait; null when nothing is waited for.'),
    positions,
  }),
  FormerAttempt: exactly<PaymentView['attempts'][number]>('An attempt as it is kept.', {
    number: attemptNumber,
    positions,
  }),
  Position: exactly<PositionView>('Una posizione debitoria / One item within one attempt, as IRIS keeps it.', {
    idPagamento: ref('IdPagamento'),
    iuv: nullable(ref('Iuv')),
    item: wholeNumber('Which item of the payment it is for.', 1),
    amount: ref('Money'),
    esito: nullable(ref('Esito'), 'Null before the first answer of IRIS.'),
    refund: nullable(
      oneOfWords<NonNullable<PositionView['refund']>>({ due: true, refunded: true }, 'How the refund stands.'),
      'Whether money that was taken here must be given back; null when it need not.',
    ),
  }),
  Message: exactly<PaymentView['message']>('A sentence or two for the payer, in Italian and in English.', {
    it: text('Italiano.', { minLength: 1 }),
    en: text('English.', { minLength: 1 }),
  }),
  Redirection: exactly<{ readonly redirectUrl: unknown; readonly expiresAt: unknown }>('Where to send the payer.', {
    redirectUrl: text('At IRIS. Send the browser there; never store it, ask again.', { format: 'uri' }),
    expiresAt: nullable(ref('Instant'), 'The end of the present wait.'),
  }),
  HistoryItem: exactly<HistoryItem>(
    'One line of the history: a decision, refusals included.',
    {
      seq: wholeNumber('Decisions about a payment are numbered.', 1),
      at: ref('Instant'),
      type: text('What arrived, dotted past.', { examples: ['position.reported'] }),
      from: textOrNull('State path before; null for the event that began the payment.', {
        examples: ['redirected.choosing', null],
      }),
      to: text('State path after.', { examples: ['redirected.inProgress'] }),
      decision: oneOfWords<HistoryItem['decision']>({ applied: true, ignored: true }, 'What was made of it.'),
      reason: textOrNull('Why it was ignored; null when it was applied.'),
      source: oneOfWords<Source>(
        {
          api: true,
          queue: true,
          iris: true,
          payer: true,
          operator: true,
          timer: true,
          effect: true,
          engine: true,
        },
        'Who brought it.',
      ),
      actor: textOrNull("Who acted: a key's name; null where nobody did."),
      acknowledgeInFlight: { const: true, description: 'The payer goes on although a payment may be in flight.' },
      attempt: { type: ['integer', 'null'], format: 'int32', minimum: 1, description: 'The attempt it is about.' },
      requestId: textOrNull('The request that brought it about (`X-Request-ID`); null where none did.', {
        examples: ['0b1f5c52-8f6e-4d83-9a55-3f0f1f8f9a10', null],
      }),
    },
    ['acknowledgeInFlight'],
  ),
  Receipt: exactly<ReceiptView>(
    'An attestation (attestato), as it is listed: the proof of a settled position.',
    {
      idPagamento: ref('IdPagamento'),
      kind: ref('ChargeKind'),
      contentType: text('Media type of the document.', { examples: ['application/xml'] }),
      sha256: text('Of the document as it came, in hexadecimal.', { pattern: '^[0-9a-f]{64}$' }),
      source: text('Where it came from.', { examples: ['irisPoll'] }),
      receivedAt: ref('Instant'),
      erasedAt: ref('Instant', 'When its document was erased; only then, and it can be read no more.'),
    },
    ['erasedAt'],
  ),
  PaymentList: pageOf('Payment', 'One page of payments, the newest first.', 'pay_0123456789abcdef0123456789abcdef'),
  HistoryList: pageOf('HistoryItem', 'One page of a history, the oldest first.', '100'),
  ReceiptList: exactly<{ readonly items: unknown; readonly nextCursor: unknown }>('The attestations of a payment.', {
    items: listOf(ref('Receipt'), 'In the order in which they came.'),
    nextCursor: { type: 'null', description: 'There is one page only.' },
  }),
};
