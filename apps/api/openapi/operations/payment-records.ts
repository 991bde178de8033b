import { history, receipts } from '../examples/payments.js';
import { dispositionHeader } from '../headers.js';
import type { Routes } from '../operation.js';
import { json, operationOf } from '../operation.js';
import { ref } from '../schema.js';

/** What an attestation may be: IRIS says which (`Allegato/Codifica`). */
const DOCUMENT_TYPES = [
  'application/xml',
  'application/pdf',
  'text/plain',
  'text/html',
  'image/gif',
  'image/jpeg',
  'image/png',
  'application/msword',
  'application/vnd.ms-excel',
  'application/vnd.ms-powerpoint',
];

const document = { schema: { type: 'string', format: 'binary', description: 'Byte for byte as it came.' } };

/** What is kept of a payment. */
export const paymentRecordRoutes: Routes = {
  '/v1/payments/{paymentId}/history': {
    get: operationOf('get', {
      id: 'readHistory',
      tag: 'payments',
      summary: 'La storia di un pagamento, rifiuti compresi',
      description: 'Everything that was decided about a payment, the oldest first, refusals with their reasons.',
      access: 'everybody',
      parameters: ['PaymentId', 'HistoryCursor', 'HistoryLimit'],
      answer: {
        status: 200,
        description: 'Una pagina della storia / One page of the history.',
        content: json(ref('HistoryList'), history),
      },
      refusals: { 404: 'shared' },
    }),
  },
  '/v1/payments/{paymentId}/receipts': {
    get: operationOf('get', {
      id: 'listReceipts',
      tag: 'payments',
      summary: 'Elenca gli attestati di un pagamento',
      description: 'The attestations of a payment, one for each paid position; an empty list before the first one.',
      access: 'everybody',
      parameters: ['PaymentId'],
      answer: {
        status: 200,
        description: 'Quelli arrivati finora / What is here so far.',
        content: json(ref('ReceiptList'), receipts),
      },
      refusals: { 404: 'shared' },
    }),
  },
  '/v1/payments/{paymentId}/receipts/{idPagamento}': {
    get: operationOf('get', {
      id: 'readReceipt',
      tag: 'payments',
      summary: 'Scarica un attestato',
      description:
        'One attestation, byte for byte as it came: the MarcaDaBollo (XML) of a stamp duty, or the receipt of a fee. It ' +
        'carries a name, so it is to be saved, and not to be kept on the way.',
      access: ['service', 'operator'],
      parameters: ['PaymentId', 'IdPagamento'],
      answer: {
        status: 200,
        description: "L'attestato / The document.",
        headers: dispositionHeader,
        content: Object.fromEntries(DOCUMENT_TYPES.map((type) => [type, document])),
      },
      refusals: {
        404: {
          description: 'Non esiste, o è stato cancellato / There is none, or none yet, or its document was erased.',
          examples: ['notFound', 'erased'],
        },
      },
    }),
  },
};
