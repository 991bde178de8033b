import type { EffectHandler } from '#libs/engine';
import { done } from '#libs/engine';
import type { IncidentPayload } from '#machines/payment';
import type { Records } from '../records.js';

/** `incident.open`: writes down what needs a person, once. It is never given up, for nobody would hear of it. */
export function openIncident(incidents: Records['incidents']): EffectHandler {
  return {
    class: 'delivery',
    maxTries: Infinity,
    handle: (claims) =>
      Promise.all(
        claims.map(async (claim) => {
          await incidents.open(claim.instanceId, claim.key, claim.payload as unknown as IncidentPayload);
          return done();
        }),
      ),
  };
}
