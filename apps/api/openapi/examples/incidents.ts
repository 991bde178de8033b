import { eur, ID_PAGAMENTO, INCIDENT_ID, instant, PAYMENT_ID } from './values.js';

export const openIncident = {
  incidentId: INCIDENT_ID,
  kind: 'amountMismatch',
  state: 'open',
  paymentId: PAYMENT_ID,
  practiceId: null,
  idPagamento: ID_PAGAMENTO,
  amount: eur('15.00'),
  facts: 'IRIS reports 1500 cents where 1600 were due.',
  allowedResolutions: ['settle', 'refund', 'refunded', 'dismiss'],
  redrivable: false,
  openedAt: instant('08:03:12.880'),
  resolution: null,
  reason: null,
  resolvedBy: null,
  resolvedAt: null,
};

const closing = { state: 'resolved', allowedResolutions: [], redrivable: false, resolvedBy: 'ufficio-sismica' };

export const resolvedIncident = {
  ...openIncident,
  ...closing,
  resolution: 'refund',
  reason: 'Pagato due volte: da restituire',
  resolvedAt: instant('10:20:00.000'),
};

export const redrivenIncident = {
  ...openIncident,
  ...closing,
  kind: 'parkedEffect',
  idPagamento: null,
  amount: null,
  facts: 'attestation.fetch was given up.',
  resolution: 'redriven',
  reason: 'redriven',
  resolvedAt: instant('10:20:00.000'),
};
