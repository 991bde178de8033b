import type { DeleteRequest, IrisGateway, OpenRequest, PositionReport } from '#libs/iris';
import { IrisBatchRejected, IrisMisconfigured, IrisOutcomeUnknown, IrisRefused, IrisUnavailable } from '#libs/iris';
import type { Chance } from './chance.js';
import { IrisPosition } from './iris-position.js';
import type { Line } from './process.js';
import type { Schedule } from './schedule.js';

/** How IRIS misbehaves: shares of its answers. */
export interface IrisFaults {
  /** A 5xx or a lost answer: what was asked may have happened. */
  readonly unclear: number;
  /** No byte of the message reached it. */
  readonly unreached: number;
  /** The answer takes longer than anybody waits. */
  readonly slow: number;
  /** The payer's data are refused. */
  readonly refused: number;
  readonly misconfigured: number;
  readonly onDelete: 'forgets' | 'reports' | 'refuses';
}

const SLOWEST_MS = 800;
const TOO_SLOW_MS = 40_000;

/** The simulated IRIS, with its own ledger: the oracle of what was really paid. */
export class SimulatedIris {
  readonly positions = new Map<string, IrisPosition>();
  /** Session -> its positions. */
  readonly sessions = new Map<string, readonly IrisPosition[]>();
  /** What it saw that must never be: told in words. */
  readonly outrages: string[] = [];
  downUntil = 0;

  /** @param timeoutMs how long the gateway waits for an answer */
  constructor(
    private readonly schedule: Schedule,
    private readonly chance: Chance,
    private readonly faults: () => IrisFaults,
    private readonly timeoutMs: number,
  ) {}

  /** As a process reaches it. */
  reachedBy(line: Line): IrisGateway {
    return {
      open: (request) => this.#exchange(line, () => this.#open(request)),
      verify: (_, asked) => this.#exchange(line, () => this.#verify(asked.map(({ idPagamento }) => idPagamento))),
      delete: (request) => this.#exchange(line, () => this.#delete(request)),
    };
  }

  /** One message, with one deadline. It is carried out or not, in time or not, and the asker may be dead by then. */
  #exchange<Answered>(line: Line, work: () => Answered): Promise<Answered> {
    const { unclear, unreached, slow } = this.faults();
    if (this.schedule.now < this.downUntil || this.chance.happens(unreached)) {
      return line.call(() => {
        throw new IrisUnavailable('connection refused');
      });
    }
    const isUnclear = this.chance.happens(unclear);
    const isCarriedOut = !isUnclear || this.chance.happens(0.5);
    const takesMs = this.chance.happens(slow)
      ? this.chance.between(this.timeoutMs, TOO_SLOW_MS)
      : this.chance.between(20, SLOWEST_MS);
    return new Promise((resolve, reject) => {
      const give = (settle: () => void): void => void line.call(() => undefined).then(settle, settle);
      const giveUp = (why: string): void => give(() => reject(new IrisOutcomeUnknown(why)));
      this.schedule.after(takesMs, () => {
        if (!isCarriedOut) {
          giveUp('HTTP 500');
          return;
        }
        try {
          const answer = work();
          if (isUnclear) giveUp('HTTP 500');
          else give(() => resolve(answer));
        } catch (error) {
          give(() => reject(error instanceof Error ? error : new Error(String(error))));
        }
      });
      if (takesMs > this.timeoutMs) this.schedule.after(this.timeoutMs, () => giveUp('no answer in time'));
    });
  }

  #open({ kind, positions }: OpenRequest): { sessionId: string; redirectUrl: string } {
    const { refused, misconfigured } = this.faults();
    if (this.chance.happens(refused)) throw new IrisRefused('codice fiscale non valido', { code: 'BS000002' });
    if (this.chance.happens(misconfigured)) throw new IrisMisconfigured('ente non abilitato', { code: 'BS000003' });
    const opened = positions.map(({ idPagamento, idPendenza, amountCents, stamp }) => {
      if (this.positions.has(idPagamento)) this.outrages.push(`${idPagamento} was opened twice`);
      return new IrisPosition(
        kind,
        idPagamento,
        idPendenza,
        amountCents,
        stamp?.documentHash ?? null,
        this.schedule.now,
      );
    });
    for (const position of opened) this.positions.set(position.idPagamento, position);
    const sessionId = `S${this.sessions.size + 1}`;
    this.sessions.set(sessionId, opened);
    return { sessionId, redirectUrl: `https://iris.example/gateway/${sessionId}` };
  }

  /** One position that is not there spoils the whole list. */
  #verify(ids: readonly string[]): PositionReport[] {
    const isAbsent = (id: string): boolean => this.positions.get(id)?.isForgotten ?? true;
    if (ids.some(isAbsent) && ids.length > 1) throw new IrisBatchRejected('una posizione non esiste', 'BS000001');
    return ids.map((id) => {
      const position = this.positions.get(id);
      return position && !position.isForgotten ? position.report(this.schedule.now) : notPresent(id);
    });
  }

  #delete({ idPendenza }: DeleteRequest): 'deleted' | 'notFound' | 'notDeletable' {
    const position = [...this.positions.values()].find((candidate) => candidate.idPendenza === idPendenza);
    if (!position) return 'notFound';
    if (position.isPaid || position.status === 'inProgress' || position.status === 'confirming') return 'notDeletable';
    const { onDelete } = this.faults();
    if (onDelete === 'refuses') return 'notDeletable';
    position.isForgotten = onDelete === 'forgets';
    return 'deleted';
  }
}

const notPresent = (idPagamento: string): PositionReport => ({
  idPagamento,
  esito: 'unknown',
  stato: 'NON_PRESENTE',
  description: '',
  receipt: null,
  doubt: 'IRIS does not know it',
});
