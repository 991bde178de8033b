import { randomUUID } from 'node:crypto';
import type { MessageHeader } from './iris/header.js';

/**
 * What IRIS and E-Bollo know: sessions, positions, payments and the message names used up. It lives in memory and
 * answers to nobody else, because it is the oracle against which the payments engine is judged.
 *
 * A payment begins IN_CORSO, may pass through ESEGUITO_SBF (accepted, subject to confirmation) and ends in one of the
 * other three, for good.
 */
export type PaymentState = 'IN_CORSO' | 'ESEGUITO_SBF' | 'ESEGUITO' | 'NON_ESEGUITO' | 'ANNULLATO';

export interface Payment {
  /** The name of the whole payment at the counter: positions paid together share it. */
  readonly idTransazione: string;
  /** What the payer gave in that transaction, all positions together. */
  readonly transactionCents: number;
  readonly startedAt: Date;
  readonly state: PaymentState;
  /** When the present state was reached. */
  readonly reachedAt: Date;
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
  readonly deleted: boolean;
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

/** One payment under way, held by whoever will bring it to its end. */
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

  /** False when a message of this sender already bore this name. */
  useMsgId({ senderId, senderSys, msgId }: MessageHeader): boolean {
    const key = JSON.stringify([senderId, senderSys, msgId]);
    const isNew = !this.usedMessageKeys.has(key);
    this.usedMessageKeys.add(key);
    return isNew;
  }

  open(session: NewSession, positions: readonly NewPosition[]): Session {
    const token = randomUUID();
    const rows = positions.map((position) => ({ ...position, session: token, deleted: false, payments: [] }));
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

  /** What has been deleted is absent for the poll, yet its names stay taken. */
  delete(tipoPendenza: string, idPendenza: string): void {
    const position = this.positionsByPendenza.get(pendenzaKey(tipoPendenza, idPendenza));
    if (position !== undefined) position.deleted = true;
  }

  /** Puts the positions in progress in one transaction. A payment already running on one of them is taken over. */
  start(positions: readonly Position[], at: Date): readonly Running[] {
    const idle = positions.filter((position) => runningIn(this.row(position.idPagamento)) === null);
    const idTransazione = randomUUID().replaceAll('-', '');
    const transactionCents = idle.reduce((sum, { amountCents }) => sum + amountCents, 0);
    for (const { idPagamento } of idle) {
      const payment = { idTransazione, transactionCents, startedAt: at, state: 'IN_CORSO', reachedAt: at } as const;
      this.row(idPagamento).payments.push(payment);
    }
    return positions.flatMap((position) => {
      const running = runningIn(this.row(position.idPagamento));
      return running === null ? [] : [{ position, idTransazione: running.idTransazione }];
    });
  }

  /** Moves a payment that has not ended. False when it had ended before, which leaves everything as it is. */
  move({ position, idTransazione }: Running, state: PaymentState, at: Date): boolean {
    const running = runningIn(this.row(position.idPagamento));
    if (running?.idTransazione !== idTransazione) return false;
    running.state = state;
    running.reachedAt = at;
    return true;
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

/** The payment that paid the position, if one did. */
export function settlementOf({ payments }: Position): Payment | null {
  return payments.find(({ state }) => state === 'ESEGUITO') ?? null;
}
