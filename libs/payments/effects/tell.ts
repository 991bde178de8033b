import type { EffectHandler } from '#libs/engine';
import { done } from '#libs/engine';
import type { TellPayload } from '#machines/payment';

/** `tell`: one instance tells another something, exactly once, because the event's id is the fact's. */
export const tell: EffectHandler = {
  class: 'delivery',
  handle: (claims) =>
    Promise.resolve(
      claims.map((claim) => {
        const { to, id, event } = claim.payload as unknown as TellPayload;
        return done({ to, id, event });
      }),
    ),
};
