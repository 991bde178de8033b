import type { Instance } from '#libs/engine';
import type { ChargeKind } from '#libs/iris';
import type { AssembledPayments, PracticeRequest, StoredIncident } from '#libs/payments';
import {
  CommandRefused,
  NotFound,
  parsePracticeRequest,
  RequestRefused,
  ResolutionRefused,
  TooSoon,
} from '#libs/payments';
import type { PaymentContext } from '#machines/payment';
import { currentAttempt, practiceInstanceId } from '#machines/payment';
import type { PracticeContext } from '#machines/practice';
import { createHash } from 'node:crypto';
import type { Archive } from './archive.js';
import type { Chance } from './chance.js';
import { UNSTORABLE } from './database.js';
import type { SimulatedIris } from './iris.js';
import type { IrisPosition } from './iris-position.js';
import type { AtIris } from './payer.js';
import { payOn, take } from './payer.js';
import type { Action } from './plan.js';
import type { SimulatedProcess } from './process.js';
import type { Schedule } from './schedule.js';
import type { Trace } from './trace.js';

const PORTOS = { source: 'api', actor: 'portos' } as const;
const OPERATOR = { source: 'operator', actor: 'operator-key' } as const;

const PUSH_PAUSE_MS = 60_000;
/** Share of the incidents that somebody decides; the others stay open. */
const DECIDED = 0.8;

/** A command that was answered well: its event must be recorded for ever. */
export interface Acknowledged {
  readonly instanceId: string;
  readonly type: string;
}

/** A process as people reach it. */
export interface Reached {
  readonly process: Pick<SimulatedProcess, 'frozenUntil'>;
  readonly payments: AssembledPayments;
}

export interface PeopleOptions {
  readonly schedule: Schedule;
  readonly chance: Chance;
  readonly iris: SimulatedIris;
  readonly archive: Archive;
  readonly trace: Pick<Trace, 'note'>;
  /** A process that can be reached now; null when none is up. */
  readonly node: () => Reached | null;
  /** Share of positions whose attestation is missing or wrong at first; read at each use, because faults end. */
  readonly badAttestations: () => number;
}

/** The PORTOS backend, payers and operators: they know what the API and IRIS's pages show, and nothing else. */
export class People {
  readonly acknowledged: Acknowledged[] = [];
  /** Payment -> the pages that its payer was sent to, the oldest first. */
  readonly #pages = new Map<string, string[]>();
  readonly #versions = new Map<number, number>();

  constructor(private readonly options: PeopleOptions) {}

  do(action: Action): void {
    switch (action.does) {
      case 'open': {
        this.#send(action.practice, action.stamps, action.fee, 'open');
        return;
      }
      case 'replace':
        this.#versions.set(action.practice, (this.#versions.get(action.practice) ?? 0) + 1);
        {
          this.#send(action.practice, 1 + (action.at % 3), action.at % 2 === 0, 'replace');
          return;
        }
      case 'withdraw': {
        this.#command(practiceInstanceId(nameOf(action.practice)), 'practice.withdrawn', (payments) =>
          payments.withdrawPractice(nameOf(action.practice), 'rinuncia', PORTOS),
        );
        return;
      }
      case 'visit': {
        this.#ofPayment(action, (id) => this.#visit(id, action));
        return;
      }
      case 'oldPage': {
        this.#ofPayment(action, ({ id }) => {
          const pages = this.#pages.get(id) ?? [];
          const page = pages[action.page];
          if (page !== undefined) payOn(this.#atIris(), this.#session(page), action.fate, action.pushes);
        });
        return;
      }
      case 'payAgain': {
        this.#ofPayment(action, (instance) => this.#payAgain(instance));
        return;
      }
      case 'regenerate': {
        this.#ofPayment(action, (instance) => this.#regenerate(instance, action));
        return;
      }
      case 'annul': {
        this.#ofPayment(action, ({ id }) =>
          this.#command(id, 'annul.requested', (payments) => payments.annul(id, 'non serve', PORTOS)),
        );
        return;
      }
      case 'spoil': {
        this.#ofPayment(action, ({ id }) => this.#spoil(id));
        return;
      }
      case 'verify': {
        this.#ofPayment(action, ({ id }) =>
          this.#command(id, 'verify.requested', (payments) => payments.verify(id, PORTOS)),
        );
        return;
      }
      case 'return': {
        this.#ofPayment(action, (instance) => {
          const { returnToken } = currentAttempt(contextOf(instance));
          this.#command(instance.id, null, (payments) => payments.payerReturned(returnToken));
        });
        return;
      }
      case 'resolve':
      case 'redrive': {
        this.#decide(action.does);
        return;
      }
      default:
        throw new RangeError(`nobody does ${action.does}`);
    }
  }

  /** Operators do their work: what was given up is tried again, and most of the other incidents are decided. */
  resolveAll(): void {
    for (const incident of this.options.archive.incidents().filter(({ resolution }) => resolution === null)) {
      if (incident.effectKey !== null) this.#redrive(incident.incidentId);
      else if (this.options.chance.happens(DECIDED)) this.#resolve(incident);
    }
  }

  #send(practice: number, stamps: number, fee: boolean, how: 'open' | 'replace'): void {
    const request = practiceRequest(practice, Math.max(stamps, fee ? 0 : 1), fee, this.#versions.get(practice) ?? 0);
    const type = how === 'open' ? 'practice.opened' : null;
    this.#command(practiceInstanceId(request.practiceId), type, (payments) =>
      how === 'open' ? payments.openPractice(request, PORTOS) : payments.replacePractice(request, PORTOS),
    );
  }

  #visit(instance: Instance, { fate, pushes }: Action & { readonly does: 'visit' }): void {
    const { id } = instance;
    this.#command(id, null, async (payments) => {
      const url = await payments.redirect(id, PORTOS);
      const page = url.slice(url.lastIndexOf('/') + 1);
      const pages = this.#pages.get(id) ?? [];
      if (!pages.includes(page)) this.#pages.set(id, [...pages, page]);
      payOn(this.#atIris(), this.#session(page), fate, pushes);
    });
  }

  /**
   * The bank takes the money of a position whose payment we have written down once more, under another transaction. Of
   * two payments that IRIS took before it was asked, it may tell the second alone.
   */
  #payAgain({ id, snapshot }: Instance): void {
    const [position] = this.#session(this.#pages.get(id)?.at(-1) ?? '');
    const { attempts } = snapshot.context as unknown as PaymentContext;
    const isKnown = attempts
      .flatMap((attempt) => attempt.positions)
      .some(({ idPagamento, receipts }) => idPagamento === position?.idPagamento && receipts.length > 0);
    if (position && isKnown && !position.isReversed) take(this.#atIris(), position, position.amountCents, 1);
  }

  #regenerate(instance: Instance, { acknowledge, times }: Action & { readonly does: 'regenerate' }): void {
    const { number } = currentAttempt(contextOf(instance));
    for (let index = 0; index < times; index += 1) {
      this.#command(instance.id, 'regenerate.requested', (payments) =>
        payments.regenerate(instance.id, { attempt: number, acknowledgeInFlight: acknowledge }, PORTOS),
      );
    }
  }

  #decide(does: 'resolve' | 'redrive'): void {
    const { chance, archive } = this.options;
    const open = archive
      .incidents()
      .filter(({ resolution, effectKey }) => resolution === null && (does === 'resolve' || effectKey !== null));
    if (open.length === 0) return;
    const incident = chance.pick(open);
    if (does === 'redrive') this.#redrive(incident.incidentId);
    else this.#resolve(incident);
  }

  #resolve({ incidentId, allowedResolutions }: StoredIncident): void {
    const resolution = this.options.chance.pick(allowedResolutions);
    this.#command(null, null, (payments) =>
      payments.resolveIncident(incidentId, { resolution, reason: 'checked' }, OPERATOR),
    );
  }

  #redrive(incidentId: string): void {
    this.#command(null, null, (payments) => payments.redriveIncident(incidentId, OPERATOR));
  }

  /** One command that the database refuses, among others that it must take. */
  #spoil(paymentId: string): void {
    const node = this.options.node();
    const verify = (id: string): void =>
      this.#command(id, 'verify.requested', (payments) => payments.verify(id, PORTOS), node);
    const others = [...this.options.archive.instances.values()].filter(({ machine }) => machine === 'payment');
    for (const { id } of others) verify(id);
    node?.payments.annul(paymentId, UNSTORABLE, PORTOS).catch(() => undefined);
    for (const { id } of others) verify(id);
  }

  /** Gives a command to some process. What comes of it is only known if it answers. */
  #command(
    instanceId: string | null,
    type: string | null,
    give: (payments: AssembledPayments) => Promise<unknown>,
    node = this.options.node(),
  ): void {
    if (!node || node.process.frozenUntil > this.options.schedule.now) return;
    give(node.payments).then(
      () => {
        if (instanceId !== null && type !== null) this.acknowledged.push({ instanceId, type });
      },
      (error: unknown) => {
        if (!isExpected(error)) this.options.trace.note(this.options.schedule.now, `UNEXPECTED ${String(error)}`);
      },
    );
  }

  #ofPayment(
    { practice, kind }: { readonly practice: number; readonly kind: ChargeKind },
    go: (instance: Instance) => void,
  ): void {
    const { archive } = this.options;
    const held = archive.instances.get(practiceInstanceId(nameOf(practice)));
    const charges = (held?.snapshot.context as unknown as PracticeContext | undefined)?.charges ?? [];
    const charge = charges.find((candidate) => candidate.kind === kind) ?? charges[0];
    const instance = charge && archive.instances.get(charge.paymentId);
    if (instance) go(instance);
  }

  #session(page: string): readonly IrisPosition[] {
    const positions = this.options.iris.sessions.get(page) ?? [];
    for (const position of positions) {
      if (position.answers.length === 0 && this.options.chance.happens(this.options.badAttestations())) {
        position.attestation = this.options.chance.pick(['missing', 'wrong']);
      }
    }
    return positions;
  }

  #atIris(): AtIris {
    const { schedule, chance } = this.options;
    /** IRIS tells until it is told that it was heard: an answer that is slow, or never comes, makes it tell once more. */
    const push: AtIris['push'] = (position, taken) => {
      let isHeard = false;
      schedule.after(PUSH_PAUSE_MS, () => isHeard || push(position, taken));
      const node = this.options.node();
      if (!node || node.process.frozenUntil > schedule.now) return;
      const { idPagamento } = position;
      node.payments.irisNotified([{ idPagamento, ...taken }]).then(
        () => (isHeard = true),
        () => undefined,
      );
    };
    return { schedule, chance, push };
  }
}

const contextOf = (instance: Instance): PaymentContext => instance.snapshot.context as unknown as PaymentContext;

export const nameOf = (practice: number): string => `PRATICA-${practice + 1}`;

const REFUSALS = [CommandRefused, NotFound, RequestRefused, ResolutionRefused, TooSoon];

/** A refusal in words, a lost connection, or a busy row. */
const isExpected = (error: unknown): boolean =>
  REFUSALS.some((refusal) => error instanceof refusal) ||
  ['ECONNRESET', '55P03'].includes((error as { readonly code?: string }).code ?? '') ||
  (error instanceof Error && ['TransitionConflict', 'UnknownMachine', 'EffectExcluded'].includes(error.name));

const documentHash = createHash('sha256').update('a document').digest('base64');

const practiceRequest = (practice: number, stamps: number, fee: boolean, version: number): PracticeRequest =>
  parsePracticeRequest({
    practiceId: nameOf(practice),
    practiceType: 'istanza',
    payer: { fiscalCode: 'RSSMRA80A01H501U', email: 'mario.rossi@example.it' },
    charges: [
      ...(stamps > 0
        ? [{ kind: 'bolli', stampDuties: Array.from({ length: stamps }, () => ({ documentHash, province: 'FI' })) }]
        : []),
      ...(fee
        ? [{ kind: 'istruttoria', amount: { amount: `${100 + version}.00`, currency: 'EUR' }, reason: 'Istruttoria' }]
        : []),
    ],
    returnUrl: `https://portos.example/pratica/${version}`,
  });
