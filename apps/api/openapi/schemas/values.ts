import type { PaymentView, PracticeView } from '#libs/payments';
import { EVENT_TYPES, INCIDENT_KINDS, PAYMENT_STATES } from '#libs/payments';
import type { Esito, Resolution } from '#machines/payment';
import type { Schema } from '../schema.js';
import { exactly, oneOfWords, text } from '../schema.js';

type Words<Member> = Extract<Member, string>;

/** The small values that all views are made of. */
export const valueSchemas: Readonly<Record<string, Schema>> = {
  Money: exactly<PaymentView['amount']>('Un importo / An amount of money: a decimal text, never a float (ModI).', {
    amount: text('Decimal with two digits.', { pattern: '^(0|[1-9]\\d*)\\.\\d{2}$', examples: ['16.00'] }),
    currency: text('ISO 4217.', { enum: ['EUR'] }),
  }),
  Instant: text('RFC 3339, UTC, to the millisecond.', {
    format: 'date-time',
    pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$',
    examples: ['2026-11-23T08:00:00.000Z'],
  }),
  PracticeId: text("PORTOS's name of a practice.", {
    pattern: '^[A-Za-z0-9._-]{1,35}$',
    examples: ['PORTOS-2026-000123'],
  }),
  PaymentId: text('Names a payment.', {
    pattern: '^pay_[0-9a-f]{32}$',
    examples: ['pay_0123456789abcdef0123456789abcdef'],
  }),
  IdPagamento: text("IRIS's name of a position; new for every attempt.", {
    minLength: 1,
    maxLength: 35,
    examples: ['01000000000012345'],
  }),
  Iuv: text("pagoPA's number of a payment (identificativo univoco versamento).", {
    pattern: '^\\d{17}$',
    examples: ['01000000000012345'],
  }),
  ChargeKind: oneOfWords<PaymentView['kind']>(
    { bolli: true, istruttoria: true },
    '`bolli`: stamp duties (marche da bollo); `istruttoria`: the fee of the examination.',
  ),
  PracticeType: text('Istanza, fine lavori or collaudo.', { enum: ['istanza', 'fineLavori', 'collaudo'] }),
  PracticeState: oneOfWords<PracticeView['state']>(
    { collecting: true, settled: true },
    '`settled` once all its payments are paid.',
  ),
  PaymentState: text(
    'The state that people know. `paid` is final for the payer; `rejected`, `annulled` and `notConcluded` offer Rigenera.',
    { enum: PAYMENT_STATES },
  ),
  Esito: oneOfWords<Esito>(
    {
      paid: true,
      reversed: true,
      inProgress: true,
      confirming: true,
      refused: true,
      cancelled: true,
      unpaid: true,
      unpayable: true,
      unknown: true,
    },
    'What IRIS reports about a position.',
  ),
  PaymentAction: oneOfWords<PaymentView['allowedActions'][number]>(
    { redirect: true, regenerate: true, annul: true, verify: true },
    'What may be done with a payment.',
  ),
  DropCause: oneOfWords<Words<PaymentView['dropped']>>(
    { replaced: true, withdrawn: true },
    'Why a practice no longer holds the charge.',
  ),
  IncidentKind: text('What happened.', { enum: INCIDENT_KINDS }),
  Resolution: oneOfWords<Resolution>(
    { settle: true, refund: true, refunded: true, dismiss: true },
    'What a person decides: the money settles its item, must be given back, was given back, or is nothing.',
  ),
  EventType: text('What happened (CloudEvents `type`).', { enum: EVENT_TYPES }),
};
