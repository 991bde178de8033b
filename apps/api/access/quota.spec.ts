import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { KEY_CACHED_MS, KeyCache } from './key-cache.js';
import { Quota } from './quota.js';

describe('a quota of two a minute', () => {
  const quota = new Quota(2);
  beforeAll(() => {
    jest.useFakeTimers();
  });
  afterAll(() => {
    jest.useRealTimers();
  });

  it('counts each name apart, and says what is left and for how long', async () => {
    expect(await quota.take('one')).toEqual({ limit: 2, remaining: 1, resetSeconds: 60, isExceeded: false });
    jest.advanceTimersByTime(20_500);
    expect(await quota.take('one')).toEqual({ limit: 2, remaining: 0, resetSeconds: 40, isExceeded: false });
    expect(await quota.take('other')).toMatchObject({ remaining: 1 });
  });

  it('is exceeded by the third, which a look foretells without counting', async () => {
    expect(await quota.look('one')).toMatchObject({ isExceeded: true });
    expect(await quota.look('other')).toMatchObject({ isExceeded: false, remaining: 0 });
    expect(await quota.take('one')).toMatchObject({ remaining: 0, isExceeded: true });
    expect(await quota.take('other')).toMatchObject({ isExceeded: false });
  });

  it('begins anew after a minute', async () => {
    jest.advanceTimersByTime(39_500);
    expect(await quota.take('one')).toEqual({ limit: 2, remaining: 1, resetSeconds: 60, isExceeded: false });
  });

  it('forgets names whose minute is over, so that strangers cannot fill it', async () => {
    jest.advanceTimersByTime(60_000);
    expect(jest.getTimerCount()).toBe(0);
    expect(await quota.look('one')).toBeNull();
  });

  it('of nothing is none', async () => {
    const none = new Quota(0);
    expect(await none.take('one')).toBeNull();
    expect(await none.look('one')).toBeNull();
  });
});

describe('a key that was looked up', () => {
  const key = { keyId: 'k', name: 'portos', role: 'service', createdAt: new Date(0), revokedAt: null } as const;

  it('is believed for five seconds, and then looked up again', async () => {
    let [now, lookups] = [0, 0];
    const found: (typeof key | null)[] = [key, null];
    const register = { find: () => Promise.resolve(found[lookups++] ?? null) };
    const cache = new KeyCache(register, () => now);
    expect(await cache.find('text', 'digest')).toBe(key);
    now = KEY_CACHED_MS - 1;
    expect(await cache.find('text', 'digest')).toBe(key);
    expect(lookups).toBe(1);
    now = KEY_CACHED_MS;
    expect(await cache.find('text', 'digest')).toBeNull();
  });

  it('is looked up again at once after a lookup that failed', async () => {
    let lookups = 0;
    const register = { find: () => (lookups++ === 0 ? Promise.reject(new Error('away')) : Promise.resolve(key)) };
    const cache = new KeyCache(register, () => 0);
    await expect(cache.find('text', 'digest')).rejects.toThrow('away');
    expect(await cache.find('text', 'digest')).toBe(key);
  });
});
