import { randomUUID } from 'node:crypto';
import type { MessageHeader } from './iris/header.js';

/**
 * What IRIS and E-Bollo know: sessions, positions, payments and the message names used up. It lives in memory and
 * answers to nobody else, because it is the oracle against which the payments engine is judged.
 *
 * A payment begins IN_CORSO, may pass through ESEGUITO_SBF (accepted, subject to confirmation) and ends ESEGUITO,
 * NON_ESEGUITO or ANNULLATO. Two endings are not the last word, as at the real IRIS: a receipt that comes late turns
 * what was not done into ESEGUITO, and money that was taken may be given back.
 */
export type PaymentState =
  'IN_CORSO' | 'ESEGUITO_SBF' | 'ESEGUITO' | 'NON_ESEGUITO' | 'ANNULLATO' | 'RIMBORSATO' | 'STORNATO';

const NEXT: Readonly<Record<PaymentState, readonly PaymentState[]>> = {
  IN_CORSO: ['ESEGUITO_SBF', 'ESEGUITO', 'NON_ESEGUITO', 'ANNULLATO'],
  ESEGUITO_SBF: ['ESEGUITO', 'NON_ESEGUITO', 'ANNULLATO'],
  ESEGUITO: ['RIMBORSATO', 'STORNATO'],
  NON_ESEGUITO: ['ESEGUITO'],
  ANNULLATO: ['ESEGUITO'],
  RIMBORSATO: [],
  STORNATO: [],
};

export interface Payment {
  /** The name of the whole payment at the counter: positions paid together share it. */
  readonly idTransazione: string;
  /** What was given for this position; another amount than the position's only when a scenario says so. */
  readonly amountCents: number;
  /** What the payer gave in that transaction, all positions together. */
  readonly transactionCents: number;
  readonly startedAt: Date;
  readonly state: PaymentState;
  /** When the present state was reached. */
  readonly reachedAt: Date;
  /** When the money was taken, null if it never was. It stays what it is when the money is given back. */
  readonly paidAt: Date | null;
}

/** A proof of payment as it was handed to the creditor. */
export interface HandedAttestation {
  readonly idPagamento: string;
  readonly idTransazione: string;
  readonly kind: 'MarcaDaBollo' | 'Ricevuta';
  /** The number of the stamp, null for a receipt and for a stamp that cannot be read. */
  readonly iubd: string | null;
  /** Of the bytes handed out, in hexadecimal. */
  readonly sha256: string;
  /** What was wrong with it on purpose, "good" when nothing was. */
  readonly quality: string;
}

/** The data of a stamp duty: province and the SHA-256 of the document, in hexadecimal. */
export interface Stamp {
  readonly province: string;
  readonly documentHash: string;
}

export interface NewPosition {
  readonly idPagamento: string;
  readonly idPendenza: string;
  readonly tipoPendenza: string;
  readonly amountCents: number;
  readonly description: string;
  readonly creditor: string;
  readonly payerId: string;
  readonly stamp: Stamp | null;
  /** The day from which the position can no longer be paid, as AAAA-MM-GG. */
  readonly payableBefore: string;
}

export interface Position extends NewPosition {
  readonly session: string;
  /** Its creditor asked for its deletion and was told that it is done: no page takes money for it any more. */
  readonly deleted: boolean;
  /** Deleted, and the poll no longer knows it. */
  readonly forgotten: boolean;
  /** Oldest first. */
  readonly payments: readonly Payment[];
}

export interface NewSession {
  readonly urlBack: string;
  readonly urlCancel: string;
  readonly version: string;
  /** To whom notifications about this session are addressed. */
  readonly openedBy: MessageHeader;
  readonly openedAt: Date;
}

export interface Session extends NewSession {
  readonly token: string;
  readonly positions: readonly Position[];
  /** The payer has taken a decision: the address works no more. */
  readonly used: boolean;
}

/** One payment of a position, held by whoever will bring it further. */
export interface Running {
  readonly position: Position;
  readonly idTransazione: string;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
type PositionRow = Omit<Writable<Position>, 'payments'> & { payments: Writable<Payment>[] };
type SessionRow = Omit<Writable<Session>, 'positions'> & { positions: PositionRow[] };

export class Ledger {
  private readonly sessionsByToken = new Map<string, SessionRow>();
  private readonly positionsById = new Map<string, PositionRow>();
  private readonly positionsByPendenza = new Map<string, PositionRow>();
  private readonly usedMessageKeys = new Set<string>();
  private readonly handed = new Map<string, HandedAttestation>();

  /** False when a message of this sender already bore this name. */
  useMsgId({ senderId, senderSys, msgId }: MessageHeader): boolean {
    const key = JSON.stringify([senderId, senderSys, msgId]);
    const isNew = !this.usedMessageKeys.has(key);
    this.usedMessageKeys.add(key);
    return isNew;
  }

  open(session: NewSession, positions: readonly NewPosition[]): Session {
    const token = randomUUID();
    const rows = positions.map((position) => ({
      ...position,
      session: token,
      deleted: false,
      forgotten: false,
      payments: [],
    }));
    const row: SessionRow = { ...session, token, positions: rows, used: false };
    this.sessionsByToken.set(token, row);
    for (const position of rows) {
      this.positionsById.set(position.idPagamento, position);
      this.positionsByPendenza.set(pendenzaKey(position.tipoPendenza, position.idPendenza), position);
    }
    return row;
  }

  session(token: string): Session | null {
    return this.sessionsByToken.get(token) ?? null;
  }

  sessions(): readonly Session[] {
    return [...this.sessionsByToken.values()];
  }

  /** Deleted positions included: their names stay taken. */
  position(idPagamento: string): Position | null {
    return this.positionsById.get(idPagamento) ?? null;
  }

  /** The position of a Pendenza: there is exactly one, because only single payments are accepted. */
  positionOfPendenza(tipoPendenza: string, idPendenza: string): Position | null {
    return this.positionsByPendenza.get(pendenzaKey(tipoPendenza, idPendenza)) ?? null;
  }

  positions(): readonly Position[] {
    return [...this.positionsById.values()];
  }

  markUsed(token: string): void {
    const session = this.sessionsByToken.get(token);
    if (session !== undefined) session.used = true;
  }

  /** The names of what was deleted stay taken. What is forgotten as well is absent for the poll, whatever comes of it. */
  delete(tipoPendenza: string, idPendenza: string, forgets: boolean): void {
    const position = this.positionsByPendenza.get(pendenzaKey(tipoPendenza, idPendenza));
    if (position === undefined) return;
    position.deleted = true;
    position.forgotten = forgets;
  }

  /**
   * Puts the positions in progress in one transaction. A payment already running on one of them is taken over.
   * `surplusCents` is what is given beyond each position's amount.
   */
  start(positions: readonly Position[], at: Date, surplusCents = 0): readonly Running[] {
    const idle = positions.filter((position) => runningIn(this.row(position.idPagamento)) === null);
    const idTransazione = randomUUID().replaceAll('-', '');
    const transactionCents = idle.reduce((sum, { amountCents }) => sum + amountCents + surplusCents, 0);
    for (const position of idle) {
      const amountCents = position.amountCents + surplusCents;
      const begun = { startedAt: at, state: 'IN_CORSO', reachedAt: at, paidAt: null } as const;
      this.row(position.idPagamento).payments.push({ idTransazione, amountCents, transactionCents, ...begun });
    }
    return positions.flatMap((position) => {
      const running = runningIn(this.row(position.idPagamento));
      return running === null ? [] : [{ position, idTransazione: running.idTransazione }];
    });
  }

  /** Whether no payment of the position was begun after this one. */
  isLatest({ position, idTransazione }: Running): boolean {
    return this.row(position.idPagamento).payments.at(-1)?.idTransazione === idTransazione;
  }

  /** Brings the latest payment of its position to a state. False, and all stays as it is, when no way leads there. */
  move(running: Running, state: PaymentState, at: Date): boolean {
    const payment = this.row(running.position.idPagamento).payments.at(-1);
    if (payment?.idTransazione !== running.idTransazione || !NEXT[payment.state].includes(state)) return false;
    payment.state = state;
    payment.reachedAt = at;
    if (state === 'ESEGUITO') payment.paidAt = at;
    return true;
  }

  /** Gives back the money of one payment, which need not be the latest. False when it is not there to give back. */
  refund(idPagamento: string, idTransazione: string, at: Date): boolean {
    const payment = this.row(idPagamento).payments.find((one) => one.idTransazione === idTransazione);
    if (payment?.state !== 'ESEGUITO') return false;
    payment.state = 'RIMBORSATO';
    payment.reachedAt = at;
    return true;
  }

  /** Remembers what was handed out; the same bytes for the same payment are remembered once. */
  hand(attestation: HandedAttestation): void {
    const { idPagamento, idTransazione, sha256 } = attestation;
    this.handed.set(JSON.stringify([idPagamento, idTransazione, sha256]), attestation);
  }

  /** Oldest first. */
  attestations(): readonly HandedAttestation[] {
    return [...this.handed.values()];
  }

  private row(idPagamento: string): PositionRow {
    const row = this.positionsById.get(idPagamento);
    if (row === undefined) throw new Error(`position ${idPagamento} is not in the ledger`);
    return row;
  }
}

function pendenzaKey(tipoPendenza: string, idPendenza: string): string {
  return JSON.stringify([tipoPendenza, idPendenza]);
}

function runningIn({ payments }: PositionRow): Writable<Payment> | null {
  return payments.find(({ state }) => state === 'IN_CORSO' || state === 'ESEGUITO_SBF') ?? null;
}

/** The payment that paid the position; of several the latest, as IRIS has room for one only. */
export function settlementOf({ payments }: Position): Payment | null {
  return payments.findLast(({ state }) => state === 'ESEGUITO') ?? null;
}
