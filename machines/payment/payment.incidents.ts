import type { PaymentContext, Position } from './payment.context.js';
import type {
  Ask,
  EffectParked,
  Esito,
  IncidentKind,
  IncidentPayload,
  NotificationDue,
  NotificationReceived,
  Resolution,
} from './payment.messages.js';

/**
 * What a person must look at, in one plain sentence each. The key says what an incident is about, and the same
 * incident is opened once: two causes that share a kind and a position need two keys, or one would hide the other.
 */
export interface Incident {
  readonly type: 'incident.open';
  readonly params: Ask<IncidentPayload>;
}

type About = Partial<Omit<IncidentPayload, 'kind' | 'facts'>>;

const incident = (about: string, kind: IncidentKind, facts: string, more: About = {}): Incident => ({
  type: 'incident.open',
  params: {
    key: `incident/${about}`,
    payload: {
      kind,
      idPagamento: null,
      idTransazione: null,
      amountCents: null,
      effectKey: null,
      facts,
      allowedResolutions: ['dismiss'],
      ...more,
    },
  },
});

const receiptKey = (kind: IncidentKind, idPagamento: string, idTransazione: string | null): string =>
  `${kind}/${idPagamento}/${idTransazione ?? '-'}`;

// --- money ------------------------------------------------------------------------------------------------------

export const unreadablePayment = ({ idPagamento, amountCents }: Position, reason: string): Incident =>
  incident(
    `unreadable/${idPagamento}`,
    'anomaly',
    `IRIS reports this position as paid, in a form that cannot be read: ${reason}. It is not counted until IRIS says more.`,
    { idPagamento, amountCents },
  );

export function duplicatePayment(
  context: PaymentContext,
  { idPagamento, item }: Position,
  idTransazione: string | null,
  amountCents: number,
): Incident {
  const already = context.dropped === null ? `Item ${item} was already settled` : `The charge was ${context.dropped}`;
  const facts = `${already} when this payment arrived. ${refundOffice(context)}`;
  return refundDue(facts, idPagamento, idTransazione, amountCents);
}

/** An operator decided that quarantined money goes back: the refund itself still has to be made. */
export const refundDecided = (
  context: PaymentContext,
  { idPagamento }: Position,
  idTransazione: string | null,
  amountCents: number,
): Incident =>
  refundDue(
    `An operator decided to refund this payment. ${refundOffice(context)}`,
    idPagamento,
    idTransazione,
    amountCents,
  );

const refundDue = (facts: string, idPagamento: string, idTransazione: string | null, amountCents: number): Incident => {
  const about = receiptKey('duplicatePayment', idPagamento, idTransazione);
  const allowedResolutions = ['refunded', 'dismiss'] as const;
  return incident(about, 'duplicatePayment', facts, { idPagamento, idTransazione, amountCents, allowedResolutions });
};

const refundOffice = (context: PaymentContext): string =>
  context.kind === 'bolli'
    ? 'A stamp duty cannot be refunded by the region: the refund is asked of the Agenzia delle Entrate.'
    : 'The region owes the payer a refund.';

/** Money for a charge that nobody wants any more settles nothing. */
const decisionsIn = (context: PaymentContext, resolutions: readonly Resolution[]): readonly Resolution[] =>
  context.dropped === null ? resolutions : resolutions.filter((resolution) => resolution !== 'settle');

export const amountMismatch = (
  context: PaymentContext,
  position: Position,
  idTransazione: string | null,
  amountCents: number,
): Incident =>
  incident(
    receiptKey('amountMismatch', position.idPagamento, idTransazione),
    'amountMismatch',
    `IRIS reports ${amountCents} cents where ${position.amountCents} were due.`,
    {
      idPagamento: position.idPagamento,
      idTransazione,
      amountCents,
      allowedResolutions: decisionsIn(context, ['settle', 'refund', 'refunded', 'dismiss']),
    },
  );

/** Money came and went before it was ever reported paid. It cannot be dismissed: something became of that money. */
export const reversed = (context: PaymentContext, { idPagamento, amountCents }: Position): Incident =>
  incident(`reversed/${idPagamento}`, 'anomaly', 'IRIS reports the payment of this position as refunded or reversed.', {
    idPagamento,
    amountCents,
    allowedResolutions: decisionsIn(context, ['settle', 'refund', 'refunded']),
  });

/** IRIS takes back what it had said. What was written down stays as it is. */
export const contradiction = ({ idPagamento, amountCents }: Position, esito: Esito): Incident =>
  incident(
    `contradicted/${idPagamento}/${esito}`,
    'anomaly',
    `IRIS reports "${esito}" for a position it had reported paid. What was written down stays as it is.`,
    { idPagamento, amountCents },
  );

// --- notifications ----------------------------------------------------------------------------------------------

export const unconfirmedNotification = (event: NotificationDue): Incident =>
  notification(event, 'IRIS notified this payment, and no poll has confirmed it.');

export const strayNotification = (event: NotificationReceived): Incident =>
  notification(event, 'IRIS notified a payment of a position that belongs to no attempt of this payment.');

function notification(event: NotificationDue | NotificationReceived, facts: string): Incident {
  const { idPagamento, idTransazione, amountCents } = event;
  const about = receiptKey('unconfirmedNotification', idPagamento, idTransazione);
  return incident(about, 'unconfirmedNotification', facts, { idPagamento, idTransazione, amountCents });
}

// --- waits ------------------------------------------------------------------------------------------------------

export const confirmationOverdue = ({ idPagamento, amountCents }: Position): Incident =>
  incident(
    `confirmationOverdue/${idPagamento}`,
    'anomaly',
    'A transfer was accepted and has not become final within CONFIRM_TIMEOUT.',
    { idPagamento, amountCents },
  );

export const watchEndedInFlight = ({ idPagamento, amountCents }: Position): Incident =>
  incident(
    `watchEnded/${idPagamento}`,
    'anomaly',
    'The watch on this position ended while IRIS still reported a payment under way.',
    { idPagamento, amountCents },
  );

// --- ours -------------------------------------------------------------------------------------------------------

export const misconfiguration = (attempt: number, code: string): Incident =>
  incident(`misconfiguration/${attempt}`, 'misconfiguration', `IRIS refuses our configuration: ${code}.`);

export const openTimeout = (attempt: number): Incident =>
  incident(`openTimeout/${attempt}`, 'misconfiguration', 'IRIS could not open the payment within OPEN_TIMEOUT.');

/** The payment is and stays paid. Like any effect, fetching the attestation may be redriven and given up again. */
export const receiptProblem = ({ idPagamento }: Position, { key, reason }: EffectParked, seq: number): Incident =>
  incident(
    `receiptProblem/${key}/${seq}`,
    'receiptProblem',
    `There is no valid attestation of this position: ${reason}`,
    { idPagamento, effectKey: key },
  );

/** One incident each time an effect is given up, for it may be redriven and given up again. */
export const parkedEffect = ({ effectType, key, reason }: EffectParked, seq: number): Incident =>
  incident(`parkedEffect/${key}/${seq}`, 'parkedEffect', `The effect ${effectType} was given up: ${reason}`, {
    effectKey: key,
  });
