import type { Arrival, Receipt, RegisteredMachine, Registry, Store, Waits } from '#libs/engine';
import { Intake } from '#libs/engine';
import type { IrisGateway } from '#libs/iris';
import type { Config, Sealer } from '#libs/platform';
import type { PaymentSettings } from '#machines/payment';
import { DEFAULT_PAYMENT_SETTINGS } from '#machines/payment';
import type { NotifiedPayment } from './commands/iris-notified.js';
import type { CommandKey, Submits } from './commands/command-key.js';
import { keyedIntake } from './commands/command-key.js';
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
import { registeredMachines } from './machines.js';
import type { Records } from './records.js';
import { createRegistry } from './registry.js';
import type { PracticeRequest } from './requests/practice-request.js';
import { IncidentViews } from './views/incident-views.js';
import { PaymentViews } from './views/payment-views.js';
import { ReceiptViews } from './views/receipt-views.js';

/** What may be asked for. */
export interface PaymentCommands {
  openPractice(request: PracticeRequest, caller: Caller): Promise<void>;
  replacePractice(request: PracticeRequest, caller: Caller): Promise<void>;
  withdrawPractice(practiceId: string, reason: string, caller: Caller): Promise<void>;
  redirect(paymentId: string, caller: Caller): Promise<string>;
  /** `key` names a command: given twice under one key it has one effect, and the same answer or refusal. */
  regenerate(paymentId: string, request: RegenerateRequest, caller: Caller, key?: string): Promise<void>;
  annul(paymentId: string, reason: string, caller: Caller, key?: string): Promise<void>;
  verify(paymentId: string, caller: Caller, key?: string, reason?: string): Promise<void>;
  resolveIncident(incidentId: string, request: ResolutionRequest, caller: Caller): Promise<void>;
  redriveIncident(incidentId: string, caller: Caller): Promise<void>;
}

/** The request that something was heard with. */
export type FromRequest = Pick<Arrival, 'requestId'>;

/** What may be done with payments, and what they are made of. */
export interface AssembledPayments extends PaymentCommands {
  readonly registry: Registry;
  readonly store: Store;
  readonly intake: Intake;
  readonly views: PaymentViews;
  readonly incidentViews: IncidentViews;
  readonly receiptViews: ReceiptViews;
  /** The same commands, of which one is given under a key, for the first time or again. */
  once(key: CommandKey): PaymentCommands;
  payerReturned(token: string, request?: FromRequest): Promise<string>;
  irisNotified(payments: readonly NotifiedPayment[], request?: FromRequest): Promise<void>;
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
  const deps = { intake, store, registry, sealer, incidentViews, ...records };
  const views = new PaymentViews({ store, registry, lookup });
  return {
    ...commandsThrough(deps),
    registry,
    store,
    intake,
    views,
    incidentViews,
    receiptViews: new ReceiptViews({ store, shelf }),
    once: (key) => {
      const { name, forgottenBefore } = key;
      const commands = commandsThrough({ ...deps, intake: keyedIntake(intake, key), forgottenBefore }, name);
      return key.isApplied ? givenAlready(commands, views) : commands;
    },
    payerReturned: (token, request) => payerReturned(deps, token, request),
    irisNotified: (payments, request) => irisNotified(deps, payments, request),
  };
}

interface CommandParts extends Records {
  readonly intake: Submits;
  readonly store: Store;
  readonly registry: Registry;
  readonly sealer: Sealer;
  readonly incidentViews: IncidentViews;
  readonly forgottenBefore?: Date;
}

/** @param name of a command that is given under no other key */
const commandsThrough = (deps: CommandParts, name?: string): PaymentCommands => ({
  openPractice: (request, caller) => openPractice(deps, request, caller),
  replacePractice: (request, caller) => replacePractice(deps, request, caller),
  withdrawPractice: (practiceId, reason, caller) => withdrawPractice(deps, practiceId, reason, caller),
  redirect: (paymentId, caller) => redirect(deps, paymentId, caller),
  regenerate: (paymentId, request, caller, key = name) => regenerate(deps, paymentId, request, caller, key),
  annul: (paymentId, reason, caller, key = name) => annul(deps, paymentId, reason, caller, key),
  verify: (paymentId, caller, key = name, reason?: string) => verify(deps, paymentId, caller, key, reason),
  resolveIncident: (incidentId, request, caller) => resolveIncident(deps, incidentId, request, caller),
  redriveIncident: (incidentId, caller) => redriveIncident(deps, incidentId, caller),
});

/**
 * A command that was applied, though its answer was lost: nothing is left to do, and whoever gave it is shown what came
 * of it. A redirect's answer is the URL itself; where it is gone by now, what stands in its place is asked for.
 */
const givenAlready = (commands: PaymentCommands, views: PaymentViews): PaymentCommands => ({
  openPractice: nothing,
  replacePractice: nothing,
  withdrawPractice: nothing,
  redirect: async (paymentId, caller) =>
    (await views.payment(paymentId)).attempt.redirectUrl ?? commands.redirect(paymentId, caller),
  regenerate: nothing,
  annul: nothing,
  verify: nothing,
  resolveIncident: nothing,
  redriveIncident: nothing,
});

const nothing = (): Promise<void> => Promise.resolve();

/** The machines and the handlers of their effects, as an installation is configured. */
export function configuredRegistry(
  config: Config,
  parts: {
    readonly iris: IrisGateway;
    readonly records: Records;
    /** Those of this build, unless another build is stood in for. */
    readonly machines?: readonly RegisteredMachine[];
    readonly chance?: () => number;
    readonly now?: () => number;
  },
): Registry {
  const { records, machines = configuredMachines(config), ...ports } = parts;
  return createRegistry({
    machines,
    irisTimeoutMs: config.iris.timeoutMs,
    publicUrl: config.http.publicUrl,
    pollScheduleMs: config.timings.pollScheduleMs,
    watchScheduleMs: config.timings.watchScheduleMs,
    ...records,
    ...ports,
  });
}

/** The machines of this build, with an installation's deadlines. */
export const configuredMachines = (config: Config): readonly RegisteredMachine[] =>
  registeredMachines(paymentSettings(config));

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
