import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { EngineLog, Receipt } from '#libs/engine';
import { createStore } from '#libs/engine';
import type { IrisExchange, IrisGateway } from '#libs/iris';
import { createIrisGateway } from '#libs/iris';
import type { Config, Sealer } from '#libs/platform';
import { createPool, createSealer } from '#libs/platform';
import type { AssembledPayments } from './assembly.js';
import { assemblePayments, configuredRegistry } from './assembly.js';
import { Identifiers } from './identifiers.js';
import { AnswerBook } from './postgres/answer-book.js';
import { ApiKeyRegister } from './postgres/api-key-register.js';
import { AttestationShelf } from './postgres/attestation-shelf.js';
import { paymentEntities } from './postgres/entities.js';
import { IncidentBook } from './postgres/incident-book.js';
import { PaymentLookup } from './postgres/lookup.js';
import type { Records } from './records.js';

/** What a process brings to work with payments. */
export interface PaymentsDependencies {
  readonly config: Config;
  /** PostgreSQL with this build's migrations. */
  readonly databaseUrl: string;
  /** For the hot path; closed by whoever opened it. */
  readonly pool: Pool;
  /** Another gateway than the SOAP client of the configuration: one that answers in this process. */
  readonly iris?: IrisGateway;
  /** Draws in [0, 1) for the jitter of pauses; by chance unless given. */
  readonly chance?: () => number;
  readonly onCommitted?: (receipts: readonly Receipt[]) => void;
  /** Hears of every message to IRIS once it has ended. */
  readonly onExchange?: (exchange: IrisExchange) => void;
  /** Where a line is written for every message to IRIS; without it none is. */
  readonly log?: EngineLog;
}

/** Commands under a key that one process works on at a time; more wait their turn. */
const KEYED_AT_ONCE = 16;

const PSEUDONYM_LENGTH = 16;

/** Everything a process needs to work with payments, put together once. */
export interface Payments extends AssembledPayments {
  readonly apiKeys: ApiKeyRegister;
  /** What commands under an Idempotency-Key were answered. */
  readonly answers: AnswerBook;
  /** Stands for a text that may name a person: only who has `ENCRYPTION_KEY` can confirm a guess of it. 16 characters. */
  readonly pseudonymOf: (text: string) => string;
  /** Refuses new events, waits for those under way, closes what it opened. */
  close(): Promise<void>;
}

/**
 * Puts the payments together on PostgreSQL: store, intake, commands, effects, views.
 * @throws when a published machine version was changed, or the database cannot be reached.
 */
export async function createPayments(deps: PaymentsDependencies): Promise<Payments> {
  const { pool, config, onCommitted } = deps;
  const store = createStore(pool);
  const { records, sealer, close } = await openRecords(deps);
  const registry = configuredRegistry(config, {
    iris: deps.iris ?? irisOf(config, deps),
    records,
    ...(deps.chance && { chance: deps.chance }),
  });
  await store.assertMachinesUnchanged(registry).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const payments = assemblePayments({ registry, store, records, sealer, ...(onCommitted && { onCommitted }) });
  // Connections of their own, opened when first needed: each holds a lock while its command waits for one of the others.
  const answerPool = createPool(deps.databaseUrl, { max: KEYED_AT_ONCE, applicationName: 'portos-answers' });
  return {
    ...payments,
    apiKeys: new ApiKeyRegister(pool),
    answers: new AnswerBook(answerPool, sealer, config.access.idempotencyKeptMs),
    pseudonymOf: (text) => sealer.fingerprint(`pseudonym/${text}`).slice(0, PSEUDONYM_LENGTH),
    close: async () => {
      await payments.intake.drain();
      await Promise.all([close(), answerPool.end()]);
    },
  };
}

/** What is kept beside the engine's rows, in the database. */
export interface OpenedRecords {
  readonly records: Records;
  readonly sealer: Sealer;
  readonly close: () => Promise<void>;
}

/** Opens the tables of the payments; for who puts the payments together differently. */
export async function openRecords({
  config,
  databaseUrl,
  pool,
}: Pick<PaymentsDependencies, 'config' | 'databaseUrl' | 'pool'>): Promise<OpenedRecords> {
  const sealer = createSealer(encryptionKey(config));
  const source = await new DataSource({
    type: 'postgres',
    url: databaseUrl,
    entities: paymentEntities,
    synchronize: false,
    extra: { max: 4, connectionTimeoutMillis: 5_000, statement_timeout: 10_000 },
  }).initialize();
  const records = {
    lookup: new PaymentLookup(source, sealer, pool),
    incidents: new IncidentBook(source),
    shelf: new AttestationShelf(source, sealer),
    identifiers: new Identifiers(pool, config.iris.iuvSegregationCode),
  };
  return { records, sealer, close: () => source.destroy() };
}

/** Each message is a call of one system to another, so it is logged whatever came of it. */
const irisOf = (config: Config, { log, onExchange }: Pick<PaymentsDependencies, 'log' | 'onExchange'>): IrisGateway =>
  createIrisGateway(config.iris, {
    onExchange: (exchange) => {
      log?.info({ ...exchange }, 'message to IRIS');
      onExchange?.(exchange);
    },
  });

function encryptionKey(config: Config): Buffer {
  if (config.security.encryptionKey) return config.security.encryptionKey;
  throw new Error('ENCRYPTION_KEY must be set: 32 random bytes in base64, as `openssl rand -base64 32` prints');
}
