import type {
  Attachment,
  AskedPosition,
  ChargeKind,
  DeleteRequest,
  Esito,
  IrisGateway,
  OpenedSession,
  OpenRequest,
  PositionReport,
} from '#libs/iris';
import { IrisBatchRejected } from '#libs/iris';

type DeleteAnswer = Awaited<ReturnType<IrisGateway['delete']>>;

/** What IRIS may be told to say of a position; without a receipt it says the amount that is due. */
export interface Said {
  readonly idTransazione?: string | null;
  readonly amountCents?: number;
  readonly attachment?: Attachment;
  readonly stato?: string;
  readonly doubt?: string;
}

/**
 * IRIS as a spec scripts it: the world, so nothing of ours is in it but the port. It keeps what it was asked, and says
 * of each position what it was told to say; a position nobody spoke of is unpaid.
 */
export class ScriptedIris implements IrisGateway {
  readonly openings: OpenRequest[] = [];
  readonly questions: { readonly kind: ChargeKind; readonly ids: readonly string[] }[] = [];
  readonly deletions: DeleteRequest[] = [];
  /** Ids that spoil the whole list they stand in. */
  readonly spoiling = new Set<string>();
  /** Ids that are left out of the answer. */
  readonly silentAbout = new Set<string>();
  deleteAnswer: DeleteAnswer = 'deleted';
  #held: Promise<void> = Promise.resolve();
  #called: () => void = () => undefined;
  readonly #failures: Record<keyof IrisGateway, Error[]> = { open: [], verify: [], delete: [] };
  readonly #reports = new Map<string, PositionReport>();

  /** The ids of each opening, in order. */
  get openedIds(): string[][] {
    return this.openings.map(({ positions }) => positions.map((position) => position.idPagamento));
  }

  /** From now on IRIS says this of a position. */
  says(idPagamento: string, esito: Esito, said: Said = {}): void {
    const {
      idTransazione = `T-${idPagamento}`,
      amountCents = 1600,
      attachment = null,
      stato = '',
      doubt = null,
    } = said;
    const receipt = esito === 'paid' ? { idTransazione, amountCents, paidAt: null, attachment } : null;
    this.#reports.set(idPagamento, { idPagamento, esito, stato, description: '', receipt, doubt });
  }

  /** The next calls of this kind fail, one for each error. */
  failsOn(call: keyof IrisGateway, ...errors: Error[]): void {
    this.#failures[call].push(...errors);
  }

  /** Resolves when IRIS is called next. */
  nextCall(): Promise<void> {
    return new Promise((resolve) => {
      this.#called = resolve;
    });
  }

  /** Holds every answer back until the returned function is called. */
  holdAnswers(): () => void {
    let release: () => void = () => undefined;
    this.#held = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }

  async open(request: OpenRequest): Promise<OpenedSession> {
    this.openings.push(request);
    const session = this.openings.length;
    await this.#answer('open');
    return { sessionId: `S${session}`, redirectUrl: `https://iris.example/gateway/${session}` };
  }

  async verify(kind: ChargeKind, positions: readonly AskedPosition[]): Promise<readonly PositionReport[]> {
    if (positions.length < 1 || positions.length > 50) throw new RangeError(`${positions.length} positions`);
    const ids = positions.map((position) => position.idPagamento);
    this.questions.push({ kind, ids });
    await this.#answer('verify');
    if (ids.some((id) => this.spoiling.has(id))) throw new IrisBatchRejected('una posizione non esiste', 'BS000001');
    return ids.flatMap((id) => (this.silentAbout.has(id) ? [] : [this.#reports.get(id) ?? unpaid(id)]));
  }

  async delete(request: DeleteRequest): Promise<DeleteAnswer> {
    this.deletions.push(request);
    await this.#answer('delete');
    return this.deleteAnswer;
  }

  async #answer(call: keyof IrisGateway): Promise<void> {
    this.#called();
    await this.#held;
    const failure = this.#failures[call].shift();
    if (failure) throw failure;
  }
}

const unpaid = (idPagamento: string): PositionReport => ({
  idPagamento,
  esito: 'unpaid',
  stato: 'NON_PAGATA',
  description: '',
  receipt: null,
  doubt: null,
});
