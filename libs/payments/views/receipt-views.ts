import type { Store } from '#libs/engine';
import { Erased, NotFound } from '../errors.js';
import { isPaymentId } from '../identifiers.js';
import type { AttestationLabel } from '../postgres/attestation-shelf.js';
import type { Records } from '../records.js';

/** An attestation as the API lists it. */
export interface ReceiptView {
  readonly idPagamento: string;
  readonly kind: string;
  readonly contentType: string;
  /** Of the document as it came, in hexadecimal. */
  readonly sha256: string;
  /** Where it came from. */
  readonly source: string;
  readonly receivedAt: string;
  /** When its document was erased; only then. */
  readonly erasedAt?: string;
}

/** The document itself. It carries names: for who asks for it, and nowhere else. */
export interface ReceiptDocument {
  readonly contentType: string;
  /** To save it under, without personal data. */
  readonly fileName: string;
  readonly content: Buffer;
}

/** Reads the attestations of a payment. */
export class ReceiptViews {
  constructor(private readonly deps: { readonly store: Store; readonly shelf: Records['shelf'] }) {}

  /** @throws NotFound when there is no such payment; one without attestations has an empty list. */
  async list(paymentId: string): Promise<ReceiptView[]> {
    const payment = isPaymentId(paymentId) ? await this.deps.store.readInstance(paymentId) : null;
    if (!payment) throw new NotFound('payment', paymentId);
    return (await this.deps.shelf.listOf(paymentId)).map(receiptView);
  }

  /** @throws NotFound, Erased */
  async document(paymentId: string, idPagamento: string): Promise<ReceiptDocument> {
    const canBe = isPaymentId(paymentId) && NAME_AT_IRIS.test(idPagamento);
    const found = canBe ? await this.deps.shelf.read(paymentId, idPagamento) : null;
    if (!found) throw new NotFound('receipt', idPagamento);
    const { contentType, content, kind } = found;
    if (content === null) throw new Erased('receipt', idPagamento, found.erasedAt ?? found.receivedAt);
    const extension = EXTENSIONS[contentType] ?? 'bin';
    const name = kind === 'bolli' ? 'marca-da-bollo' : 'ricevuta';
    return { contentType, content, fileName: `${name}-${found.idPagamento}.${extension}` };
  }
}

/** What else it may be is not asked the database, which takes no NUL. */
const NAME_AT_IRIS = /^[\x21-\x7e]{1,35}$/;

const EXTENSIONS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'application/xml': 'xml',
  'text/html': 'html',
  'text/plain': 'txt',
  'image/gif': 'gif',
  'image/jpeg': 'jpg',
  'image/png': 'png',
};

const receiptView = ({ paymentId: _, receivedAt, erasedAt, ...label }: AttestationLabel): ReceiptView => ({
  ...label,
  receivedAt: receivedAt.toISOString(),
  ...(erasedAt && { erasedAt: erasedAt.toISOString() }),
});
