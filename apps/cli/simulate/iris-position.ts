import type { ChargeKind, PositionReport } from '#libs/iris';
import { stampOf } from '../stamp.js';

/** A payment that IRIS took. */
export interface Taken {
  readonly idTransazione: string;
  readonly amountCents: number;
}

type Status = 'unpaid' | 'inProgress' | 'confirming' | 'refused' | 'cancelled';

/** An answer that IRIS gave, and when. */
export interface Answer {
  readonly at: number;
  readonly esito: PositionReport['esito'];
}

/** A position as IRIS has it: the other side's books, of which our engine knows only what it is told. */
export class IrisPosition {
  status: Status = 'unpaid';
  isReversed = false;
  /** Deleted, and asked about in vain from now on. */
  isForgotten = false;
  readonly taken: Taken[] = [];
  readonly answers: Answer[] = [];
  /** How the attestation is issued, changed by faults. */
  attestation: 'good' | 'missing' | 'wrong' = 'good';
  #told = 0;

  constructor(
    readonly kind: ChargeKind,
    readonly idPagamento: string,
    readonly idPendenza: string,
    readonly amountCents: number,
    readonly documentHash: string | null,
    readonly openedAt: number,
  ) {}

  get isPaid(): boolean {
    return this.taken.length > 0;
  }

  take(taken: Taken): void {
    this.taken.push(taken);
    this.status = 'unpaid';
  }

  /** What IRIS says of it now. Of several payments it tells one after the other. */
  report(at: number): PositionReport {
    const { idPagamento } = this;
    const esito = this.#esito();
    this.answers.push({ at, esito });
    const taken = esito === 'paid' ? this.taken[this.#told++ % this.taken.length] : undefined;
    return {
      idPagamento,
      esito,
      stato: '',
      description: '',
      receipt: taken ? { ...taken, paidAt: null, attachment: this.#attachment() } : null,
      doubt: null,
    };
  }

  #esito(): PositionReport['esito'] {
    if (this.isReversed) return 'reversed';
    return this.isPaid ? 'paid' : this.status;
  }

  #attachment(): NonNullable<PositionReport['receipt']>['attachment'] {
    if (this.attestation === 'missing') return null;
    const isWrong = this.attestation === 'wrong';
    if (this.kind === 'istruttoria') {
      const content = Buffer.from(isWrong ? '<html>' : '%PDF-1.7');
      return { contentType: 'application/pdf', titolo: null, tipo: 'Ricevuta', content };
    }
    const hash = isWrong ? Buffer.alloc(32).toString('base64') : (this.documentHash ?? '');
    return { contentType: 'application/xml', titolo: null, tipo: 'Ricevuta', content: stampOf(hash, this.idPagamento) };
  }
}
