import { eur, ID_PAGAMENTO, instant, PAYMENT_ID, PRACTICE_ID } from './values.js';

const position = {
  idPagamento: ID_PAGAMENTO,
  iuv: ID_PAGAMENTO,
  item: 1,
  amount: eur('16.00'),
  esito: null,
  refund: null,
};

const opened = {
  number: 1,
  openedAt: instant('08:00:01.204'),
  redirectUrl: 'https://iris.example.org/gateway/4fb1c0',
  expiresAt: instant('08:15:09.730'),
  positions: [{ ...position, esito: 'unpaid' }],
};

/** The payer was sent to IRIS and may choose how to pay. */
export const redirectedPayment = {
  paymentId: PAYMENT_ID,
  practiceId: PRACTICE_ID,
  kind: 'bolli',
  state: 'redirected',
  blocked: false,
  amount: eur('16.00'),
  items: [{ item: 1, amount: eur('16.00'), settledBy: null }],
  attempt: opened,
  attempts: [{ number: 1, positions: opened.positions }],
  allowedActions: ['redirect', 'verify'],
  acknowledgeFrom: null,
  dropped: null,
  message: {
    it: 'Hai aperto il pagamento su IRIS. Puoi completarlo fino alle 09:15.',
    en: 'You opened the payment at IRIS. You can complete it until 09:15.',
  },
  updatedAt: instant('08:00:09.730'),
};

const idle = { ...opened, redirectUrl: null, expiresAt: null, positions: [{ ...position, esito: 'cancelled' }] };

/** The payer turned back at IRIS: nobody owes anything, and Rigenera is offered. */
export const annulledPayment = {
  ...redirectedPayment,
  state: 'annulled',
  blocked: true,
  attempt: idle,
  attempts: [{ number: 1, positions: idle.positions }],
  allowedActions: ['regenerate', 'verify'],
  message: {
    it: 'Pagamento annullato. Nessun addebito risulta su pagoPA: puoi rigenerare il pagamento.',
    en: 'Payment annulled. pagoPA shows no charge: you can regenerate the payment.',
  },
  updatedAt: instant('08:04:51.009'),
};

const preparing = { ...opened, openedAt: null, redirectUrl: null, expiresAt: instant('08:02:00.118') };

/** It was just begun: its position is being opened at IRIS. */
export const openingPayment = {
  ...redirectedPayment,
  state: 'initialized',
  attempt: { ...preparing, positions: [position] },
  attempts: [{ number: 1, positions: [position] }],
  allowedActions: ['annul', 'verify'],
  message: {
    it: 'Stiamo preparando il pagamento su IRIS. Bastano pochi secondi.',
    en: 'We are preparing the payment at IRIS. It takes a few seconds.',
  },
  updatedAt: instant('08:00:00.118'),
};

/** IRIS is asked about the old attempt before a new one is opened. */
export const regeneratedPayment = {
  ...annulledPayment,
  state: 'regenerated',
  blocked: false,
  attempt: { ...idle, expiresAt: instant('08:06:30.551') },
  allowedActions: ['regenerate', 'verify'],
  acknowledgeFrom: instant('08:06:30.551'),
  message: {
    it: 'Stiamo verificando il pagamento: non pagare di nuovo. Prevediamo una risposta entro le 09:06.',
    en: 'We are checking the payment: do not pay again. We expect an answer by 09:06.',
  },
  updatedAt: instant('08:05:30.551'),
};

const taken = { ...opened, redirectUrl: null, expiresAt: null, positions: [{ ...position, esito: 'paid' }] };

export const paidPayment = {
  ...redirectedPayment,
  state: 'paid',
  items: [{ item: 1, amount: eur('16.00'), settledBy: { attempt: 1, idPagamento: ID_PAGAMENTO } }],
  attempt: taken,
  attempts: [{ number: 1, positions: taken.positions }],
  allowedActions: ['verify'],
  message: { it: 'Pagamento ricevuto. Non serve altro.', en: 'Payment received. Nothing else is needed.' },
  updatedAt: instant('08:03:12.880'),
};

const practice = { practiceId: PRACTICE_ID, practiceType: 'fineLavori', state: 'collecting', withdrawn: false };

export const openedPractice = { ...practice, payments: [openingPayment] };
export const settledPractice = { ...practice, state: 'settled', payments: [paidPayment] };
export const withdrawnPractice = {
  ...practice,
  withdrawn: true,
  payments: [
    {
      ...openingPayment,
      state: 'annulled',
      attempt: { ...preparing, expiresAt: null, positions: [position] },
      allowedActions: ['verify'],
      dropped: 'withdrawn',
      message: {
        it: "L'importo è stato sostituito o ritirato in PORTOS. Non pagarlo.",
        en: 'The amount was replaced or withdrawn in PORTOS. Do not pay it.',
      },
    },
  ],
};

export const redirection = { redirectUrl: opened.redirectUrl, expiresAt: opened.expiresAt };

export const history = {
  items: [
    {
      seq: 4,
      at: instant('08:00:09.730'),
      type: 'redirect.requested',
      from: 'initialized.ready',
      to: 'redirected.choosing',
      decision: 'applied',
      reason: null,
      source: 'api',
      actor: 'portos',
      attempt: 1,
      requestId: '0b1f5c52-8f6e-4d83-9a55-3f0f1f8f9a10',
    },
    {
      seq: 5,
      at: instant('08:00:41.002'),
      type: 'annul.requested',
      from: 'redirected.choosing',
      to: 'redirected.choosing',
      decision: 'ignored',
      reason: 'a payment is under way',
      source: 'api',
      actor: 'portos',
      attempt: 1,
      requestId: 'portos-2026-11-23-0042',
    },
  ],
  nextCursor: '5',
};

export const receipts = {
  items: [
    {
      idPagamento: ID_PAGAMENTO,
      kind: 'bolli',
      contentType: 'application/xml',
      sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      source: 'irisPoll',
      receivedAt: instant('08:03:14.006'),
    },
  ],
  nextCursor: null,
};
