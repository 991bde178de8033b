import { describe, expect, it } from '@jest/globals';
import { KEY_CACHED_MS, KeyCache } from './key-cache.js';
import { Quota } from './quota.js';

describe('a quota of two a minute', () => {
  let now = 0;
  const quota = new Quota(2, () => now);

  it('counts each name apart, and says what is left and for how long', () => {
    expect(quota.take('one')).toEqual({ limit: 2, remaining: 1, resetSeconds: 60, isExceeded: false });
    now = 20_500;
    expect(quota.take('one')).toEqual({ limit: 2, remaining: 0, resetSeconds: 40, isExceeded: false });
    expect(quota.take('other')).toMatchObject({ remaining: 1 });
  });

  it('is exceeded by the third, which a look foretells without counting', () => {
    expect(quota.look('one')).toMatchObject({ isExceeded: true });
    expect(quota.look('other')).toMatchObject({ isExceeded: false, remaining: 0 });
    expect(quota.take('one')).toMatchObject({ remaining: 0, isExceeded: true });
    expect(quota.take('other')).toMatchObject({ isExceeded: false });
  });

  it('begins anew after a minute', () => {
    now = 60_000;
    expect(quota.take('one')).toEqual({ limit: 2, remaining: 1, resetSeconds: 60, isExceeded: false });
  });

  it('forgets names whose minute is over, so that strangers cannot fill it', () => {
    for (let name = 0; name < 9_998; name += 1) quota.take(String(name));
    now = 200_000;
    expect(quota.take('newcomer')).toMatchObject({ remaining: 1 });
    expect(quota.look('5')).toBeNull();
  });

  it('of nothing is none', () => {
    expect(new Quota(0).take('one')).toBeNull();
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
