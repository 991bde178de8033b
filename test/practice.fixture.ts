import { createHash, randomUUID } from 'node:crypto';

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64');

export const bolli = (count: number) => ({
  kind: 'bolli',
  stampDuties: Array.from({ length: count }, (_, index) => ({
    documentHash: hashOf(`document ${index}`),
    province: 'FI',
  })),
});

export const istruttoria = (amount = '150.00') => ({
  kind: 'istruttoria',
  amount: { amount, currency: 'EUR' },
  reason: 'Contributo istruttoria sismica',
});

/** A body for `POST /v1/practices`, right in every value unless changed. */
export const practice = (change: Record<string, unknown> = {}) => ({
  practiceId: `P-${randomUUID().slice(0, 18)}`,
  practiceType: 'fineLavori',
  payer: { fiscalCode: 'RSSMRA80A01H501U', email: 'mario.rossi@example.org' },
  charges: [bolli(1)],
  returnUrl: 'https://portos.example.org/pratiche',
  ...change,
});
