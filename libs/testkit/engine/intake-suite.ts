import { describe, expect, it } from '@jest/globals';
import type { Store } from '#libs/engine';
import { InstanceNotFound, Intake, IntakeClosed, NotStorable } from '#libs/engine';
import type { Bench } from './bench.js';
import type { StoreGround } from './ground.js';
import { newParcelId } from './bench.js';
import { benchOfEach } from './bench-of-each.js';
import { arrive, noted, ordered, parcelRegistry, returned, shipped, SIDE_TABLE } from './exemplar.js';

/** What any store and intake must hold about taking events in. */
export function intakeSuite(make: () => Promise<StoreGround>): void {
  describe('intake', () => {
    const bench = benchOfEach(make);

    exactlyOnce(bench);
    groups(bench);
    refusals(bench);
    sideRows(bench);
  });
}

function exactlyOnce(bench: () => Bench): void {
  it('applies an event that arrives twice once, and counts the second', async () => {
    const { submit, order, store } = bench();
    const id = await order();
    const [first] = await submit(id, 'note', noted());
    const [second] = await submit(id, 'note', noted());

    expect([first?.decision, second?.decision]).toEqual(['applied', 'duplicate']);
    expect(await store.readInstance(id)).toMatchObject({ seq: 2, duplicates: 1, snapshot: { context: { notes: 1 } } });
  });

  it('finds a duplicate within one unit too', async () => {
    const { intake, order } = bench();
    const id = await order();
    const arrivals = [arrive(id, 'note', noted()), arrive(id, 'note', noted())];

    const receipts = await intake.submit({ arrivals });

    expect(receipts.map((receipt) => receipt.decision)).toEqual(['applied', 'duplicate']);
  });

  it('serialises concurrent submits of two processes on one instance, without a gap', async () => {
    const { intake, order, store, anotherIntake } = bench();
    const id = await order();
    const other = anotherIntake();
    await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        (n % 2 ? intake : other).submit({ arrivals: [arrive(id, `note-${Math.floor(n / 4)}-${n % 3}`, noted())] }),
      ),
    );

    const seqs = (await store.readTransitions(id, 0, 1_000)).map((transition) => transition.seq);
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => index + 1));
    const instance = await store.readInstance(id);
    expect(instance?.seq).toBe(seqs.length);
    expect(seqs.length + (instance?.duplicates ?? 0)).toBe(61);
  });

  it('lets two processes create one instance at once: one creates, the other hears that it exists', async () => {
    const { intake, anotherIntake, store } = bench();
    const other = anotherIntake();
    // Several rounds, because in the first one of the two has yet to connect and comes too late to collide.
    for (let round = 0; round < 20; round += 1) {
      const id = newParcelId();
      const receipts = await Promise.all([
        intake.submit({ arrivals: [arrive(id, 'by one', ordered)] }),
        other.submit({ arrivals: [arrive(id, 'by two', ordered)] }),
      ]);

      expect(
        receipts
          .flat()
          .map((receipt) => receipt.decision)
          .toSorted(),
      ).toEqual(['applied', 'ignored']);
      expect(await store.readInstance(id)).toMatchObject({ seq: 2, duplicates: 0 });
    }
  });

  it('records an ignored event with its reason, and changes nothing but the seq', async () => {
    const { submit, order, store } = bench();
    const id = await order();
    const [receipt] = await submit(id, 'back', returned);

    expect(receipt).toMatchObject({ decision: 'ignored', reason: 'it has not left' });
    expect(await store.readTransitions(id, 1, 10)).toMatchObject([
      { seq: 2, decision: 'ignored', reason: 'it has not left', from: 'ordered', to: 'ordered', source: 'api' },
    ]);
  });

  it('takes in nothing of a whole unit that one instance refuses, wherever it stands, and records the refusal', async () => {
    const { intake, order, store } = bench();
    const [first, known] = [await order(), await order()];
    const never = newParcelId();
    const receipts = await intake.submit({
      whole: true,
      arrivals: [arrive(first, 'ship', shipped), arrive(known, 'again', ordered), arrive(never, 'order', ordered)],
    });

    expect(receipts).toMatchObject([{ instanceId: known, decision: 'ignored' }]);
    expect(await store.readInstance(first)).toMatchObject({ seq: 1, state: 'ordered' });
    expect(await store.readInstance(known)).toMatchObject({ seq: 2 });
    expect(await store.readInstance(never)).toBeNull();
  });

  it('names every refusal of a whole unit', async () => {
    const { intake, order } = bench();
    const [one, other, third] = [await order(), await order(), await order()];
    const arrivals = [arrive(one, 'back', returned), arrive(other, 'ship', shipped), arrive(third, 'again', ordered)];
    expect((await intake.submit({ whole: true, arrivals })).map((receipt) => receipt.reason)).toEqual([
      'it has not left',
      'it was ordered before',
    ]);
  });

  it('takes in a whole unit once, however often it is sent', async () => {
    const { intake, order, store } = bench();
    const [one, other] = [await order(), await order()];
    const unit = { whole: true, arrivals: [arrive(one, 'ship', shipped), arrive(other, 'ship', shipped)] };
    const [first, second] = [await intake.submit(unit), await intake.submit(unit)];

    expect(first.map((receipt) => receipt.decision)).toEqual(['applied', 'applied']);
    expect(second.map((receipt) => receipt.decision)).toEqual(['duplicate', 'duplicate']);
    expect(await store.readInstance(one)).toMatchObject({ seq: 2, state: 'shipped' });
  });
}

function groups(bench: () => Bench): void {
  it('takes five hundred units in with few commits', async () => {
    const { submit, intake } = bench();
    const before = intake.commits;
    await Promise.all(Array.from({ length: 500 }, () => submit(newParcelId(), 'order', ordered)));

    expect(intake.commits - before).toBeLessThanOrEqual(5);
  });

  it('lets a guilty unit fail alone', async () => {
    const { intake, order, store } = bench();
    const [good, bad] = [await order(), await order()];
    const nobody = newParcelId();
    const results = await Promise.allSettled([
      intake.submit({ arrivals: [arrive(good, 'a', noted())] }),
      intake.submit({ arrivals: [arrive(bad, 'b', noted()), arrive(bad, 'c', { type: 'parcel.crushed' })] }),
      intake.submit({ arrivals: [arrive(nobody, 'd', noted())] }),
      // Postgres alone finds this fault: half a surrogate pair is no jsonb.
      intake.submit({ arrivals: [arrive(good, 'e', noted('\ud800'))] }),
      intake.submit({ arrivals: [arrive(good, 'f', noted())] }),
    ]);

    expect(results.map((result) => result.status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
      'fulfilled',
    ]);
    expect(results[2]).toMatchObject({ reason: new InstanceNotFound(nobody) });
    expect(await store.readInstance(good)).toMatchObject({ seq: 3, snapshot: { context: { notes: 2 } } });
    expect(await store.readInstance(bad)).toMatchObject({ seq: 1, snapshot: { context: { notes: 0 } } });
  });

  it('goes on with the others while an instance is locked elsewhere, and takes its event in afterwards', async () => {
    const { submit, order, ground } = bench();
    const [locked, free] = [await order(), await order()];
    const letGo = await ground.hold(locked);
    let isHeld = true;
    const late = submit(locked, 'note', noted()).finally(() => {
      expect(isHeld).toBe(false);
    });
    await submit(free, 'note', noted());
    isHeld = false;
    await letGo();

    expect(await late).toMatchObject([{ decision: 'applied' }]);
  });

  it('applies nothing twice when a commit succeeded but its answer was lost', async () => {
    const { store, world, order } = bench();
    const id = await order();
    let isLost = false;
    const lossy: Store = {
      ...store,
      takeIn: async (asked, decide) => {
        const taken = await store.takeIn(asked, decide);
        if (isLost) return taken;
        isLost = true;
        throw new Error('Connection terminated unexpectedly');
      },
    };
    const intake = new Intake({ store: lossy, registry: parcelRegistry(world) });
    const receipts = await intake.submit({ arrivals: [arrive(id, 'note', noted())] });

    expect(receipts).toMatchObject([{ decision: 'duplicate', instance: { seq: 2 } }]);
    expect((await store.readInstance(id))?.snapshot).toMatchObject({ context: { notes: 1 } });
  });
}

function refusals(bench: () => Bench): void {
  it('refuses the character U+0000 before it reaches the database, wherever it stands', async () => {
    const { intake, order } = bench();
    const id = await order();
    for (const arrival of [
      arrive(id, 'a', noted('\u0000')),
      arrive(id, 'b\u0000', noted()),
      arrive(id, 'c', noted(), { rows: [{ table: SIDE_TABLE, key: 'code', row: { code: 'x\u0000' } }] }),
    ]) {
      await expect(intake.submit({ arrivals: [arrival] })).rejects.toThrow(NotStorable);
    }
    expect(await intake.submit({ arrivals: [arrive(id, 'd', noted('\\u0000'))] })).toMatchObject([
      { decision: 'applied' },
    ]);
  });

  it('drains: what is under way is committed, what comes later is refused', async () => {
    const { submit, intake, store } = bench();
    const id = newParcelId();
    const early = submit(id, 'order', ordered);
    await intake.drain();

    await expect(submit(id, 'ship', shipped)).rejects.toThrow(IntakeClosed);
    expect(await early).toMatchObject([{ decision: 'applied' }]);
    expect((await store.readInstance(id))?.state).toBe('ordered');
  });
}

function sideRows(bench: () => Bench): void {
  const labels = () => bench().ground.labels();
  const label = { table: SIDE_TABLE, key: 'code' };
  const withLabel = (id: string, event: string, what: typeof ordered, code: string) =>
    bench().intake.submit({ arrivals: [arrive(id, event, what, { rows: [{ ...label, row: { code } }] })] });

  it('writes side rows exactly when their event is applied, and leaves defaults to the table', async () => {
    const id = await bench().order();
    await withLabel(id, 'ship', shipped, 'applied');
    await withLabel(id, 'ship', shipped, 'duplicate');
    await withLabel(id, 'ship again', shipped, 'ignored');
    await withLabel(id, 'note', noted(), 'applied');

    expect(await labels()).toEqual([{ code: 'applied', note: 'none' }]);
  });

  it('leaves a row alone that exists, unless it replaces it; the last one of a transaction stands', async () => {
    const { intake, order } = bench();
    const id = await order();
    const send = (event: string, row: { code: string; note: string }, more: { replaces?: true } = {}) =>
      intake.submit({ arrivals: [arrive(id, event, noted(), { rows: [{ ...label, ...more, row }] })] });
    await send('first', { code: 'r', note: 'first' });
    await send('again', { code: 'r', note: 'again' });
    expect(await labels()).toContainEqual({ code: 'r', note: 'first' });
    await Promise.all(['a', 'b'].map((note) => send(note, { code: 'r', note }, { replaces: true })));
    expect(await labels()).toContainEqual({ code: 'r', note: 'b' });
  });

  it('writes the rows of an effect exactly when it is asked for', async () => {
    const { submit, order } = bench();
    const id = await order();
    await submit(id, 'note', noted('sent'));
    await submit(id, 'note', noted('never heard'));
    expect(await labels()).toEqual([{ code: 'sent', note: 'none' }]);
  });

  it('refuses a row for a table that was not registered', async () => {
    const { intake, order } = bench();
    const rows = [{ table: 'engine.machine', key: 'name', row: { name: 'x' } }];
    const submitted = intake.submit({ arrivals: [arrive(await order(), 'note', noted(), { rows })] });

    await expect(submitted).rejects.toThrow('not a registered table');
  });
}
