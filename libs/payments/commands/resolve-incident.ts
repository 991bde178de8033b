import type { Store } from '#libs/engine';
import { EffectExcluded } from '#libs/engine';
import type { Resolution } from '#machines/payment';
import { NotFound, ResolutionRefused } from '../errors.js';
import type { Closing, StoredIncident } from '../postgres/incident-book.js';
import { closingRow, isIncidentId } from '../postgres/incident-book.js';
import type { IncidentViews } from '../views/incident-views.js';
import { resolutionEvent } from '../views/incident-views.js';
import type { Submits } from './command-key.js';
import type { Caller } from './payment-commands.js';
import type { Records } from '../records.js';

export interface IncidentDependencies {
  readonly intake: Submits;
  readonly store: Store;
  readonly incidents: Records['incidents'];
  readonly incidentViews: IncidentViews;
}

/** What an operator decides about an incident. */
export interface ResolutionRequest {
  readonly resolution: Resolution;
  /** Why, without personal data. */
  readonly reason: string;
}

/**
 * Decides about an incident, once: its machine hears the decision, and in the same transaction the incident is closed.
 * The same decision again is well.
 * @throws NotFound; ResolutionRefused when another decision was taken, or the decision does not fit
 */
export async function resolveIncident(
  deps: IncidentDependencies,
  incidentId: string,
  { resolution, reason }: ResolutionRequest,
  caller: Caller,
): Promise<void> {
  const incident = await find(deps, incidentId);
  const closing = { incidentId, resolution, reason, resolvedBy: caller.actor };
  if (isClosed(incident, closing)) return;
  if (!incident.allowedResolutions.includes(resolution)) {
    await refuse(deps, incidentId, `this incident cannot be closed by "${resolution}"`);
  }
  await close(deps, incident, closing, caller);
}

/**
 * Tries once more what was given up. If it is given up again, that is another incident.
 * @throws NotFound; ResolutionRefused when nothing was given up, or something else was decided
 */
export async function redriveIncident(deps: IncidentDependencies, incidentId: string, caller: Caller): Promise<void> {
  const incident = await find(deps, incidentId);
  const closing: Closing = {
    incidentId,
    resolution: 'redriven',
    reason: 'what was given up is tried once more',
    resolvedBy: caller.actor,
  };
  if (isClosed(incident, closing)) return;
  const { instanceId, effectKey: key } = incident;
  if (instanceId === null || key === null)
    return refuse(deps, incidentId, 'nothing was given up that could be redriven');
  // First the effect, then the incident: a process that dies in between leaves an open incident, which can be redriven
  // again, and never a closed one whose effect lies still. An effect that is not parked any more needs no rearming.
  try {
    if (await deps.store.rearm({ instanceId, key })) deps.store.announceDue();
  } catch (error) {
    if (!(error instanceof EffectExcluded)) throw error;
    await refuse(deps, incidentId, 'another attempt is being opened: redrive it when that has ended');
  }
  await close(deps, incident, closing, caller);
}

async function find(deps: IncidentDependencies, incidentId: string): Promise<StoredIncident> {
  const incident = isIncidentId(incidentId) ? await deps.incidents.find(incidentId) : null;
  if (!incident) throw new NotFound('incident', incidentId);
  return incident;
}

/** @throws ResolutionRefused when it was closed in another way */
function isClosed({ resolution, resolvedBy }: StoredIncident, closing: Closing): boolean {
  if (resolution === null || resolution === closing.resolution) return resolution !== null;
  throw new ResolutionRefused(`it was closed already, by "${resolution}" (${resolvedBy ?? 'unknown'})`, []);
}

async function refuse(deps: IncidentDependencies, incidentId: string, reason: string): Promise<never> {
  const { allowedResolutions } = await deps.incidentViews.incident(incidentId);
  throw new ResolutionRefused(reason, allowedResolutions);
}

/**
 * The tries to close an incident are numbered, and each number is decided once. They are counted before the incident is
 * looked at: whatever another operator decided since then either shows in it, or has taken the number, and then it is
 * looked at again.
 */
async function close(
  deps: IncidentDependencies,
  incident: StoredIncident,
  closing: Closing,
  caller: Caller,
): Promise<void> {
  const { incidentId, instanceId: to } = incident;
  if (to === null) {
    await deps.incidents.close(closing);
    isClosed(await find(deps, incidentId), closing);
    return;
  }
  const event = resolutionEvent(incident, closing.resolution, closing.reason);
  for (;;) {
    const id = `resolved/${incidentId}/${(await countTries(deps.store, to, incidentId)) + 1}`;
    if (isClosed(await find(deps, incidentId), closing)) return;
    const arrival = { to, id, event, rows: [closingRow(closing)], ...caller };
    const [receipt] = await deps.intake.submit({ arrivals: [arrival] });
    if (receipt?.decision === 'applied') return;
    if (receipt?.decision !== 'duplicate') await refuse(deps, incidentId, receipt?.reason ?? 'it was not taken in');
  }
}

async function countTries(store: Store, instanceId: string, incidentId: string): Promise<number> {
  const decisions = await store.readTransitionsOfType([instanceId], 'incident.resolved');
  return decisions.filter(({ eventId }) => eventId.startsWith(`resolved/${incidentId}/`)).length;
}
