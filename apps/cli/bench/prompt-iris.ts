import { createHash } from 'node:crypto';
import type { AskedPosition, ChargeKind, IrisGateway, OpenedSession, OpenRequest, PositionReport } from '#libs/iris';
import { stampOf } from '../stamp.js';

const AMOUNT_CENTS = 1_600;

/** Base64 of the SHA-256 of the one document that every practice of the benchmark is about. */
export const DOCUMENT_HASH = createHash('sha256').update('a document').digest('base64');

/** A stamp of that document; it differs from the others by its number alone. */
const attestation = (iubd: string) => ({
  contentType: 'application/xml',
  titolo: 'MarcaDaBollo.xml',
  tipo: 'Ricevuta',
  content: stampOf(DOCUMENT_HASH, iubd),
});

/**
 * An IRIS that answers at once, in this process: what is measured is the engine's own cost. It says that a position is
 * paid once somebody paid it, and of every other one that it can still be paid.
 */
export class PromptIris implements IrisGateway {
  /** How often it was called. */
  calls = 0;
  readonly #paid = new Set<string>();
  readonly #listeners = new Map<string, () => void>();
  #onAsked: (ids: readonly string[]) => void = () => undefined;

  /** The payer pays. Resolves when the position is next asked about. */
  pay(idPagamento: string): Promise<void> {
    this.#paid.add(idPagamento);
    return new Promise((resolve) => this.#listeners.set(idPagamento, resolve));
  }

  /** Nobody asks about it any more. */
  forget(idPagamento: string): void {
    this.#paid.delete(idPagamento);
    this.#listeners.delete(idPagamento);
  }

  /** Hears of every position that is asked about. */
  onAsked(listener: (ids: readonly string[]) => void): void {
    this.#onAsked = listener;
  }

  open({ positions }: OpenRequest): Promise<OpenedSession> {
    this.calls += 1;
    const sessionId = positions[0]?.idPagamento ?? '';
    return Promise.resolve({ sessionId, redirectUrl: `https://iris.example/gateway/${sessionId}` });
  }

  verify(_kind: ChargeKind, positions: readonly AskedPosition[]): Promise<readonly PositionReport[]> {
    this.calls += 1;
    const ids = positions.map((position) => position.idPagamento);
    for (const id of ids) {
      this.#listeners.get(id)?.();
      this.#listeners.delete(id);
    }
    this.#onAsked(ids);
    return Promise.resolve(ids.map((id) => (this.#paid.has(id) ? paid(id) : unpaid(id))));
  }

  delete(): Promise<'notDeletable'> {
    return Promise.resolve('notDeletable');
  }
}

const paid = (idPagamento: string): PositionReport => ({
  idPagamento,
  esito: 'paid',
  stato: 'POSIZIONE_PAGATA',
  description: 'PAG_ESEGUITO_IDP',
  receipt: {
    idTransazione: `T-${idPagamento}`,
    amountCents: AMOUNT_CENTS,
    paidAt: '2026-01-01T12:00:00Z',
    attachment: attestation(idPagamento),
  },
  doubt: null,
});

const unpaid = (idPagamento: string): PositionReport => ({
  idPagamento,
  esito: 'unpaid',
  stato: 'POSIZIONE_NON_PAGATA',
  description: '',
  receipt: null,
  doubt: null,
});
