import { describe, expect, it } from '@jest/globals';
import { done, park } from '#libs/engine';
import { newParcelId } from './bench.js';
import { benchOfEach } from './bench-of-each.js';
import { arrive, noted, ordered, POLL_KEY, SHIP_TIMEOUT_MS, SHIP_TIMER } from './exemplar.js';
import type { StoreGround } from './ground.js';

/** What any store must hold about the request that everything goes back to. */
export function requestSuite(make: () => Promise<StoreGround>): void {
  describe('the id of a request', () => {
    const bench = benchOfEach(make);

    const orderedBy = async (requestId: string): Promise<string> => {
      const id = newParcelId();
      await bench().intake.submit({ arrivals: [arrive(id, 'order', ordered, { requestId })] });
      return id;
    };
    const recorded = async (id: string) =>
      (await bench().store.readTransitions(id, 0, 10)).map(({ event, requestId }) => [event.type, requestId]);
    const armed = async (id: string, key: string) =>
      (await bench().store.readEffects(id)).find((effect) => effect.key === key)?.requestId;

    it('stands with the decision and with the effects it armed, and comes with their claims', async () => {
      const id = await orderedBy('r1');

      expect(await recorded(id)).toEqual([['parcel.ordered', 'r1']]);
      expect((await bench().store.readEffects(id)).map(({ requestId }) => requestId)).toEqual(['r1', 'r1', 'r1']);
      expect(await bench().claim({ instanceId: id, key: POLL_KEY })).toMatchObject([{ requestId: 'r1' }]);
    });

    it('goes on with what an effect learned, and with what follows from that', async () => {
      const id = await orderedBy('r1');
      bench().world.answer = ({ instanceId: to }) => done({ to, id: 'answer', event: noted('follows') });
      await bench().runner.run([{ instanceId: id, key: POLL_KEY }]);

      expect(await recorded(id)).toContainEqual(['parcel.noted', 'r1']);
      expect((await bench().store.readEffects(id)).find(({ type }) => type === 'note.send')).toMatchObject({
        requestId: 'r1',
      });
    });

    it('goes on with a timer, and with an effect that was given up', async () => {
      const id = await orderedBy('r1');
      bench().world.answer = () => park('a person must look');
      await bench().runner.run([{ instanceId: id, key: POLL_KEY }]);
      await bench().ground.setClockAhead(SHIP_TIMEOUT_MS + 1_000);
      await bench().runner.run([{ instanceId: id, key: `timer/${SHIP_TIMER}` }]);

      expect((await recorded(id)).slice(1)).toEqual([
        ['effect.parked', 'r1'],
        [SHIP_TIMER, 'r1'],
      ]);
    });

    it('is that of the latest request that armed an effect', async () => {
      const id = await orderedBy('r1');
      await bench().intake.submit({ arrivals: [arrive(id, 'poll', { type: 'poll.wanted' }, { requestId: 'r2' })] });

      expect(await armed(id, POLL_KEY)).toBe('r2');
    });

    it('is none where nobody asked', async () => {
      const id = await orderedBy('r1');
      await bench().submit(id, 'poll', { type: 'poll.wanted' });

      expect(await recorded(id)).toContainEqual(['poll.wanted', null]);
      expect(await armed(id, POLL_KEY)).toBeNull();
    });
  });
}
