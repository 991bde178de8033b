import type { Receipt, Registry, Store, Waits } from '#libs/engine';
import { Intake } from '#libs/engine';
import type { IrisGateway } from '#libs/iris';
import type { Config, Sealer } from '#libs/platform';
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
import type { Records } from './records.js';
import { createRegistry } from './registry.js';
import type { PracticeRequest } from './requests/practice-request.js';
import { IncidentViews } from './views/incident-views.js';
import { PaymentViews } from './views/payment-views.js';
import { ReceiptViews } from './views/receipt-views.js';

/** What may be done with payments, and what they are made of. */
export interface AssembledPayments {
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
}

/** What the payments are put together from, whoever stands behind it: servers, or a simulation. */
export interface PaymentParts {
  readonly registry: Registry;
  readonly store: Store;
  readonly records: Records;
  readonly sealer: Sealer;
  readonly onCommitted?: (receipts: readonly Receipt[]) => void;
  readonly waits?: Waits;
}

/** Puts commands, views and intake together. It opens nothing and asks nobody. */
export function assemblePayments(parts: PaymentParts): AssembledPayments {
  const { registry, store, records, sealer, onCommitted, waits } = parts;
  const { lookup, incidents, shelf } = records;
  const intake = new Intake({ store, registry, ...(onCommitted && { onCommitted }), ...(waits && { waits }) });
  const incidentViews = new IncidentViews({ store, registry, incidents });
  const commands = { intake, store, registry, sealer, incidentViews, ...records };
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
  };
}

/** The machines and the handlers of their effects, as an installation is configured. */
export function configuredRegistry(
  config: Config,
  parts: {
    readonly iris: IrisGateway;
    readonly records: Records;
    readonly chance?: () => number;
    readonly now?: () => number;
  },
): Registry {
  const { records, ...ports } = parts;
  return createRegistry({
    settings: paymentSettings(config),
    irisTimeoutMs: config.iris.timeoutMs,
    publicUrl: config.http.publicUrl,
    pollScheduleMs: config.timings.pollScheduleMs,
    watchScheduleMs: config.timings.watchScheduleMs,
    ...records,
    ...ports,
  });
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
