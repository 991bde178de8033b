import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { StoredEffect, Unit } from '#libs/engine';
import { EFFECT_CLASSES, Runner } from '#libs/engine';
import { createPool, readConfig } from '#libs/platform';
import type { TestDatabase } from '#libs/testkit';
import { createTestDatabase, setClockAhead } from '#libs/testkit';
import type { PaymentMessage, PollPayload } from '#machines/payment';
import { Identifiers } from './identifiers.js';
import type { Payments } from './payments.js';
import { createPayments } from './payments.js';
import { migrateAll } from './postgres/migrations.js';
import { parsePracticeRequest } from './requests/practice-request.js';
import { ScriptedIris } from './scripted-iris.fixture.js';
import type { HistoryItem } from './views/history-view.js';
import type { PaymentView } from './views/payment-view.js';

/** What happens to an outcome on its way back: taken in, lost with the worker that had it, or delivered twice. */
type Delivery = 'once' | 'lost' | 'twice';

export const CALLER = { source: 'api', actor: 'a spec' } as const;
export const ENCRYPTION_KEY = randomBytes(32).toString('base64');
/** Just longer than the longest lease, which bounds how long a dead worker's work lies still. */
export const LEASE_OVER_MS = 12_500;

/** One for all the claims of a spec file, emptied before each; it goes when the test server goes. */
let database: Promise<TestDatabase> | null = null;
const TABLES = [
  ...['instance', 'transition', 'effect', 'effect_log'].map((name) => `engine.${name}`),
  ...[
    'practice',
    'payer',
    'charge',
    'id_pagamento',
    'return_token',
    'incident',
    'incident_resolution',
    'attestation',
    'event',
    'erasure',
  ].map((name) => `payments.${name}`),
];

/** The payments on a database of their own, with IRIS scripted and everything else real. */
export class Bench {
  #aheadMs = 0;
  readonly #others: Payments[] = [];
  #delivery: { readonly how: Delivery; readonly keys: string } = { how: 'once', keys: '' };

  private constructor(
    readonly pool: Pool,
    readonly iris: ScriptedIris,
    readonly payments: Payments,
    readonly identifiers: Identifiers,
    private readonly another: () => Promise<Payments>,
  ) {}

  /** @param environment settings that differ from the defaults */
  static async open(environment: Record<string, string> = {}): Promise<Bench> {
    const config = readConfig({ ENCRYPTION_KEY, ...environment });
    database ??= createTestDatabase({ name: 'payments', migrate: migrateAll });
    const { url } = await database;
    const pool = createPool(url, { max: 6, applicationName: 'bench' });
    await pool.query(`truncate ${TABLES.join(', ')} cascade`);
    await setClockAhead(pool, 0);
    const iris = new ScriptedIris();
    const create = () => createPayments({ config, databaseUrl: url, pool, iris });
    return new Bench(pool, iris, await create(), new Identifiers(pool, config.iris.iuvSegregationCode), create);
  }

  async close(): Promise<void> {
    for (const payments of [this.payments, ...this.#others]) await payments.close();
    await this.pool.end();
  }

  /** The payments as a second process on the same database has them. */
  async anotherProcess(): Promise<Payments> {
    const payments = await this.another();
    this.#others.push(payments);
    return payments;
  }

  // --- what PORTOS and the payer do -------------------------------------------------------------------------------

  /** Sends "Paga e Invia"; answers the ids of its payments. */
  async send(body: PracticeBody = practice()): Promise<string[]> {
    await this.payments.openPractice(parsePracticeRequest(body), CALLER);
    const { payments } = await this.payments.views.practice(body.practiceId);
    return payments.map((payment) => payment.paymentId);
  }

  /** A payment that is being opened at IRIS. */
  async initialized(body?: PracticeBody): Promise<string> {
    const [paymentId] = await this.send(body);
    return known(paymentId);
  }

  /** A payment with its URL. */
  async ready(body?: PracticeBody): Promise<string> {
    const paymentId = await this.initialized(body);
    await this.carryOut();
    return paymentId;
  }

  /** A payment whose payer is at IRIS. */
  async atIris(body?: PracticeBody): Promise<string> {
    const paymentId = await this.ready(body);
    await this.redirect(paymentId);
    return paymentId;
  }

  redirect(paymentId: string): Promise<string> {
    return this.payments.redirect(paymentId, CALLER);
  }

  async regenerate(paymentId: string): Promise<void> {
    const { attempt } = await this.view(paymentId);
    await this.payments.regenerate(paymentId, { attempt: attempt.number }, CALLER);
  }

  async hear(paymentId: string, event: PaymentMessage): Promise<void> {
    await this.payments.intake.submit({ arrivals: [{ to: paymentId, id: randomUUID(), event, ...CALLER }] });
  }

  // --- what the workers do ----------------------------------------------------------------------------------------

  /** Carries out all that is due, until nothing is. */
  async carryOut(): Promise<void> {
    const { store, registry, intake } = this.payments;
    const submit = (unit: Unit) => this.#deliver(unit, () => intake.submit(unit));
    const runner = new Runner({ store, registry, intake: { submit }, log: silent, chance: () => 0 });
    const quota = new Map(EFFECT_CLASSES.map((name) => [name, 500]));
    for (;;) {
      const { effects } = await store.ring(quota);
      if (effects.length === 0) return;
      await runner.run(effects);
    }
  }

  /** Time passes, and what falls due is carried out. */
  async after(ms: number): Promise<void> {
    await this.passTime(ms);
    await this.carryOut();
  }

  async passTime(ms: number): Promise<void> {
    this.#aheadMs += ms;
    await setClockAhead(this.pool, this.#aheadMs);
  }

  /** From now on outcomes end like this; only those of effects whose key begins with `keys`, the others once. */
  deliver(how: Delivery, keys = ''): void {
    this.#delivery = { how, keys };
  }

  async #deliver<Answer>(unit: Unit, submit: () => Promise<Answer>): Promise<Answer> {
    const { how, keys } = this.#delivery;
    if (how === 'once' || !unit.settlement?.claim.key.startsWith(keys)) return submit();
    if (how === 'lost') throw Object.assign(new Error('the worker died'), { code: 'ECONNRESET' });
    await submit();
    return submit();
  }

  // --- what can be seen -------------------------------------------------------------------------------------------

  view(paymentId: string): Promise<PaymentView> {
    return this.payments.views.payment(paymentId);
  }

  /** The state path: `initialized.ready`. */
  async state(paymentId: string): Promise<string> {
    return known(await this.payments.store.readInstance(paymentId)).state;
  }

  /** IdPagamento of the present attempt's only position, or the one of an item. */
  async idPagamento(paymentId: string, item = 1): Promise<string> {
    const { attempt } = await this.view(paymentId);
    return known(attempt.positions.find((position) => position.item === item)).idPagamento;
  }

  async history(paymentId: string): Promise<readonly HistoryItem[]> {
    return (await this.payments.views.history(paymentId, 0, 200)).items;
  }

  /** Types of the events heard, in order, with those of one type only if it is named. */
  async heard(paymentId: string, type?: string): Promise<string[]> {
    const types = (await this.history(paymentId)).map((line) => line.type);
    return type === undefined ? types : types.filter((candidate) => candidate === type);
  }

  async duplicates(instanceId: string): Promise<number> {
    return known(await this.payments.store.readInstance(instanceId)).duplicates;
  }

  /** What stands of one type of effect. */
  async effects(instanceId: string, type: string): Promise<StoredEffect[]> {
    return (await this.payments.store.readEffects(instanceId)).filter((effect) => effect.type === type);
  }

  /** The standing question about a position. */
  async poll(paymentId: string, idPagamento: string): Promise<StoredEffect | undefined> {
    const effects = await this.payments.store.readEffects(paymentId);
    return effects.find(
      ({ type, payload }) =>
        /^iris\.(poll|watch)$/.test(type) && (payload as unknown as PollPayload).idPagamento === idPagamento,
    );
  }

  async incidents(): Promise<unknown[]> {
    return this.rows(
      `select * from payments.incident left join payments.incident_resolution using (incident_id)
       order by kind, id_pagamento, id_transazione, effect_key`,
    );
  }

  /** How many rows each table has: equal before and after means that nothing was stored. */
  async counts(): Promise<unknown> {
    const counts = TABLES.map((table) => `(select count(*) from ${table}) as "${table}"`);
    return (await this.rows(`select ${counts.join(', ')}`))[0];
  }

  async rows(sql: string): Promise<Record<string, unknown>[]> {
    return (await this.pool.query<Record<string, unknown>>(sql)).rows;
  }
}

const nothing = (): void => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

export function known<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('it should be there');
  return value;
}

export interface PracticeBody {
  readonly practiceId: string;
  readonly [property: string]: unknown;
}

/** A body of "Paga e Invia", right in every value unless changed. */
export const practice = (change: Record<string, unknown> = {}): PracticeBody => ({
  practiceId: `P-${randomUUID().slice(0, 18)}`,
  practiceType: 'istanza',
  payer: { fiscalCode: 'RSSMRA80A01H501U', email: 'mario.rossi@example.org' },
  charges: [bolli(1)],
  returnUrl: 'https://portos.example.org/pratiche?lang=it',
  ...change,
});

export const bolli = (count: number) => ({
  kind: 'bolli',
  stampDuties: Array.from({ length: count }, (_, index) => ({
    documentHash: createHash('sha256').update(`document ${index}`).digest('base64'),
    province: 'FI',
  })),
});

export const istruttoria = (amount = '150.00') => ({
  kind: 'istruttoria',
  amount: { amount, currency: 'EUR' },
  reason: 'Contributo di istruttoria',
});
