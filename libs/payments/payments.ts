import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { Receipt, Registry, Store } from '#libs/engine';
import { createStore, Intake } from '#libs/engine';
import type { IrisGateway } from '#libs/iris';
import { createIrisGateway } from '#libs/iris';
import type { Config } from '#libs/platform';
import { createSealer } from '#libs/platform';
import type { PaymentSettings } from '#machines/payment';
import { DEFAULT_PAYMENT_SETTINGS } from '#machines/payment';
import type { NotifiedPayment } from './commands/iris-notified.js';
import { irisNotified } from './commands/iris-notified.js';
import { openPractice } from './commands/open-practice.js';
import { payerReturned } from './commands/payer-returned.js';
import type { Caller } from './commands/payment-commands.js';
import { annul, redirect, verify } from './commands/payment-commands.js';
import type { RegenerateRequest } from './commands/regenerate.js';
import { regenerate } from './commands/regenerate.js';
import { replacePractice } from './commands/replace-practice.js';
import type { ResolutionRequest } from './commands/resolve-incident.js';
import { redriveIncident, resolveIncident } from './commands/resolve-incident.js';
import { withdrawPractice } from './commands/withdraw-practice.js';
import { Identifiers } from './identifiers.js';
import { AttestationShelf } from './postgres/attestation-shelf.js';
import { paymentEntities } from './postgres/entities.js';
import { IncidentBook } from './postgres/incident-book.js';
import { PaymentLookup } from './postgres/lookup.js';
import { createRegistry } from './registry.js';
import type { PracticeRequest } from './requests/practice-request.js';
import { IncidentViews } from './views/incident-views.js';
import { PaymentViews } from './views/payment-views.js';
import { ReceiptViews } from './views/receipt-views.js';

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
}

/** Everything a process needs to work with payments, put together once. */
export interface Payments {
  readonly registry: Registry;
  readonly store: Store;
  readonly intake: Intake;
  readonly views: PaymentViews;
  readonly incidentViews: IncidentViews;
  readonly receiptViews: ReceiptViews;
  openPractice(request: PracticeRequest, caller: Caller): Promise<void>;
  replacePractice(request: PracticeRequest, caller: Caller): Promise<void>;
  withdrawPractice(practiceId: string, reason: string, caller: Caller): Promise<void>;
  redirect(paymentId: string, caller: Caller): Promise<string>;
  /** `key` names a command: given twice under one key it has one effect, and the same answer or refusal. */
  regenerate(paymentId: string, request: RegenerateRequest, caller: Caller, key?: string): Promise<void>;
  annul(paymentId: string, reason: string, caller: Caller, key?: string): Promise<void>;
  verify(paymentId: string, caller: Caller, key?: string): Promise<void>;
  payerReturned(token: string): Promise<string>;
  irisNotified(payments: readonly NotifiedPayment[]): Promise<void>;
  resolveIncident(incidentId: string, request: ResolutionRequest, caller: Caller): Promise<void>;
  redriveIncident(incidentId: string, caller: Caller): Promise<void>;
  /** Refuses new events, waits for those under way, closes what it opened. */
  close(): Promise<void>;
}

/**
 * Puts the payments together: store, intake, commands, effects, views.
 * @throws when a published machine version was changed, or the database cannot be reached.
 */
export async function createPayments(deps: PaymentsDependencies): Promise<Payments> {
  const { pool, config } = deps;
  const sealer = createSealer(encryptionKey(config));
  const source = await new DataSource({
    type: 'postgres',
    url: deps.databaseUrl,
    entities: paymentEntities,
    synchronize: false,
    extra: { max: 4, connectionTimeoutMillis: 5_000, statement_timeout: 10_000 },
  }).initialize();
  const store = createStore(pool);
  const lookup = new PaymentLookup(source, sealer, pool);
  const incidents = new IncidentBook(source);
  const shelf = new AttestationShelf(source, sealer);
  const identifiers = new Identifiers(pool, config.iris.iuvSegregationCode);
  const registry = createRegistry({
    settings: paymentSettings(config),
    iris: deps.iris ?? createIrisGateway(config.iris),
    irisTimeoutMs: config.iris.timeoutMs,
    lookup,
    incidents,
    shelf,
    identifiers,
    publicUrl: config.http.publicUrl,
    pollScheduleMs: config.timings.pollScheduleMs,
    watchScheduleMs: config.timings.watchScheduleMs,
    ...(deps.chance ? { chance: deps.chance } : {}),
  });
  await store.assertMachinesUnchanged(registry).catch(async (error: unknown) => {
    await source.destroy();
    throw error;
  });
  const intake = new Intake({ store, registry, ...(deps.onCommitted ? { onCommitted: deps.onCommitted } : {}) });
  const incidentViews = new IncidentViews({ store, registry, incidents });
  const commands = { intake, store, registry, identifiers, sealer, lookup, incidents, incidentViews };
  return {
    registry,
    store,
    intake,
    views: new PaymentViews({ store, registry, lookup }),
    incidentViews,
    receiptViews: new ReceiptViews({ store, shelf }),
    openPractice: (request, caller) => openPractice(commands, request, caller),
    replacePractice: (request, caller) => replacePractice(commands, request, caller),
    withdrawPractice: (practiceId, reason, caller) => withdrawPractice(commands, practiceId, reason, caller),
    redirect: (paymentId, caller) => redirect(commands, paymentId, caller),
    regenerate: (paymentId, request, caller, key) => regenerate(commands, paymentId, request, caller, key),
    annul: (paymentId, reason, caller, key) => annul(commands, paymentId, reason, caller, key),
    verify: (paymentId, caller, key) => verify(commands, paymentId, caller, key),
    payerReturned: (token) => payerReturned(commands, token),
    irisNotified: (payments) => irisNotified(commands, payments),
    resolveIncident: (incidentId, request, caller) => resolveIncident(commands, incidentId, request, caller),
    redriveIncident: (incidentId, caller) => redriveIncident(commands, incidentId, caller),
    close: async () => {
      await intake.drain();
      await source.destroy();
    },
  };
}

function encryptionKey(config: Config): Buffer {
  if (config.security.encryptionKey) return config.security.encryptionKey;
  throw new Error('ENCRYPTION_KEY must be set: 32 random bytes in base64, as `openssl rand -base64 32` prints');
}

function paymentSettings({ timings, regenerate, iris }: Config): PaymentSettings {
  return {
    ...DEFAULT_PAYMENT_SETTINGS,
    openTimeoutMs: timings.openTimeoutMs,
    readyTimeoutMs: timings.readyTimeoutMs,
    choiceTimeoutMs: timings.choiceTimeoutMs,
    sessionTimeoutMs: timings.sessionTimeoutMs,
    confirmTimeoutMs: timings.confirmTimeoutMs,
    regenerateCheckTimeoutMs: timings.regenerateCheckTimeoutMs,
    pushConfirmTimeoutMs: timings.pushConfirmTimeoutMs,
    watchWindowMs: timings.watchWindowMs,
    firstPollMs: timings.pollScheduleMs[0] ?? DEFAULT_PAYMENT_SETTINGS.firstPollMs,
    firstWatchMs: timings.watchScheduleMs[0] ?? DEFAULT_PAYMENT_SETTINGS.firstWatchMs,
    regenerateCooldownMs: regenerate.cooldownMs,
    regenerateLimit: regenerate.limit,
    deleteWhenIdle: iris.delete === 'whenIdle',
  };
}
