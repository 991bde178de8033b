import { describe, expect, it } from '@jest/globals';
import type { Outcome, OutcomeEvent } from './effect.js';
import { done, EFFECT_CLASSES, effectName, park, retryAt } from './effect.js';

const heard: OutcomeEvent = { to: 'parcel-1', id: 'e1', event: { type: 'courier.came' } };

describe('what becomes of an effect', () => {
  it.each<[string, Outcome, Outcome['then']]>([
    ['it is finished', done(heard), { kind: 'done' }],
    ['it is due again', retryAt(5_000, 'busy', heard), { kind: 'retry', afterMs: 5_000, reason: 'busy' }],
    ['it waits for a person', park('refused', heard), { kind: 'park', reason: 'refused' }],
  ])('%s, and what was learned so far counts', (_, outcome, then) => {
    expect(outcome).toEqual({ events: [heard], then });
  });
});

describe('the name of an effect', () => {
  it('is told from every other, wherever its instance ends and its key begins', () => {
    expect(effectName({ instanceId: 'a', key: 'b/c' })).not.toBe(effectName({ instanceId: 'a/b', key: 'c' }));
    expect(effectName({ instanceId: 'ab', key: 'c' })).not.toBe(effectName({ instanceId: 'a', key: 'bc' }));
  });
});

describe('the classes of effects', () => {
  it('have a queue each, under names that rows and queues of former builds bear', () => {
    expect(EFFECT_CLASSES).toEqual(['interactive', 'timer', 'poll', 'watch', 'delivery']);
  });
});
