import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Ledger, type HandedAttestation, type Payment, type Position, type Stamp } from '../ledger.js';
import { markup, type Markup } from '../markup.js';
import { Scenarios, type AttestationQuality } from '../scenarios.js';
import { iubdOf, receipt, stamp, type Document } from './receipts.js';

/** Hands out the proof of each payment, good or spoilt as the choice in force says, and notes it in the ledger. */
@Injectable()
export class Attestations {
  constructor(
    private readonly ledger: Ledger,
    private readonly scenarios: Scenarios,
  ) {}

  /** The Allegato of a payment, null when there is none to hand out. */
  of(position: Position, payment: Payment): Markup | null {
    const { attestation: quality } = this.scenarios.inForce(position.idPagamento, position.session);
    if (quality === 'missing') return null;
    const { document, kind, iubd } = this.written(position, payment, quality);
    this.ledger.hand({
      idPagamento: position.idPagamento,
      idTransazione: payment.idTransazione,
      kind,
      iubd,
      sha256: createHash('sha256').update(document.content).digest('hex'),
      quality,
    });
    return allegato(document);
  }

  private written(
    position: Position,
    payment: Payment,
    quality: AttestationQuality,
  ): Pick<HandedAttestation, 'kind' | 'iubd'> & { readonly document: Document } {
    if (position.stamp === null || quality === 'wrong-type') {
      const good = receipt(position, payment);
      return { document: position.stamp === null ? spoiltReceipt(good, quality) : good, kind: 'Ricevuta', iubd: null };
    }
    const iubd = quality === 'reused-iubd' ? this.usedIubd(position, payment) : iubdOf(position, payment);
    const document = stamp(payment, { iubd, documentHash: hashFor(position.stamp, quality) });
    if (quality !== 'malformed') return { document, kind: 'MarcaDaBollo', iubd };
    return { document: halved(document), kind: 'MarcaDaBollo', iubd: null };
  }

  /** The number of the oldest stamp handed out for another position; its own while there is none. */
  private usedIubd(position: Position, payment: Payment): string {
    const others = this.ledger.attestations().filter(({ idPagamento }) => idPagamento !== position.idPagamento);
    return others.find(({ iubd }) => iubd !== null)?.iubd ?? iubdOf(position, payment);
  }
}

function hashFor({ documentHash }: Stamp, quality: AttestationQuality): string {
  return quality === 'other-digest' ? createHash('sha256').update(documentHash).digest('hex') : documentHash;
}

/** A receipt has neither digest nor number, so what spoils these leaves it good. */
function spoiltReceipt(good: Document, quality: AttestationQuality): Document {
  switch (quality) {
    case 'wrong-type':
      return { ...good, tipo: 'Documento' };
    case 'malformed':
      return { ...halved(good), titolo: 'Ricevuta.pdf', codifica: 'PDF_' };
    default:
      return good;
  }
}

function halved(document: Document): Document {
  return { ...document, content: document.content.slice(0, Math.floor(document.content.length / 2)) };
}

function allegato({ titolo, codifica, tipo, content }: Document): Markup {
  const base64 = Buffer.from(content, 'utf8').toString('base64');
  return markup`
    <p:Allegato Tipo="${tipo}">
      <i:Titolo>${titolo}</i:Titolo>
      <i:Codifica>${codifica}</i:Codifica>
      <i:Contenuto>${base64}</i:Contenuto>
    </p:Allegato>
  `;
}
