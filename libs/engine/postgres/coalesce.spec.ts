import { describe, expect, it } from '@jest/globals';
import { coalesce } from './coalesce.js';

/** Doubles numbers, and remembers with whom each was asked. */
function doubling() {
  const batches: (readonly number[])[] = [];
  const releases: (() => void)[] = [];
  const ask = coalesce(async (numbers: readonly number[]) => {
    batches.push(numbers);
    await new Promise<void>((resolve) => releases.push(resolve));
    return numbers.map((number) => number * 2);
  });
  const released = async (): Promise<void> => {
    while (releases.length === 0) await new Promise((resolve) => setImmediate(resolve));
    releases.shift()?.();
  };
  return { ask, batches, released };
}

describe('questions', () => {
  it('of one turn are asked together, and each gets its own answer', async () => {
    const { ask, batches, released } = doubling();
    const answers = Promise.all([ask(1), ask(2), ask(1)]);
    await released();
    expect(await answers).toEqual([2, 4, 2]);
    expect(batches).toEqual([[1, 2, 1]]);
  });

  it('that come while others are being answered are asked together afterwards', async () => {
    const { ask, batches, released } = doubling();
    const first = ask(1);
    while (batches.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const second = ask(2);
    await new Promise((resolve) => setImmediate(resolve));
    const third = ask(3);
    await released();
    await released();
    expect(await Promise.all([first, second, third])).toEqual([2, 4, 6]);
    expect(batches).toEqual([[1], [2, 3]]);
  });

  it('that failed together fail alone: the next one is asked anew', async () => {
    let failures = 1;
    const ask = coalesce((numbers: readonly number[]) =>
      (failures -= 1) >= 0 ? Promise.reject(new Error('gone')) : Promise.resolve(numbers),
    );
    const failed = await Promise.allSettled([ask(1), ask(2)]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await ask(3)).toBe(3);
  });
});
