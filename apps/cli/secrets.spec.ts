import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readConfig } from '#libs/platform';
import { Refusal } from './refusal.js';
import { keepSecrets, readSecrets } from './secrets.js';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'portos-secrets-'));
});

afterEach(() => rm(dataDir, { recursive: true }));

describe('the secrets of a data folder', () => {
  it('are made once and stay', async () => {
    const first = await keepSecrets(join(dataDir, 'new'));
    expect(await keepSecrets(join(dataDir, 'new'))).toEqual(first);
  });

  it('are made by nobody who only reads', async () => {
    expect(await readSecrets(dataDir)).toBeNull();
    const kept = await keepSecrets(dataDir);
    expect(await readSecrets(dataDir)).toEqual(kept);
  });

  it('are what the configuration accepts', async () => {
    const { apiKey, encryptionKey } = await keepSecrets(dataDir);
    const { security } = readConfig({ PORTOS_API_KEY: apiKey, ENCRYPTION_KEY: encryptionKey });
    expect(security).toEqual({ apiKey, operatorKey: null, encryptionKey: Buffer.from(encryptionKey, 'base64') });
  });

  it('can be read by their owner only', async () => {
    await keepSecrets(dataDir);
    expect((await stat(join(dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
  });

  it('are the same for two that start at once, and nothing is left over', async () => {
    const [first, second] = await Promise.all([keepSecrets(dataDir), keepSecrets(dataDir)]);
    expect(second).toEqual(first);
    expect(await readdir(dataDir)).toEqual(['secrets.json']);
  });

  it.each(['', '{}', '{"apiKey":"x"'])('are not replaced when the file is damaged: %j', async (text) => {
    await writeFile(join(dataDir, 'secrets.json'), text);
    await expect(keepSecrets(dataDir)).rejects.toThrow(Refusal);
  });
});
