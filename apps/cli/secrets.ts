import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from './refusal.js';

/** What a stack of one's own needs and nobody has set. */
export interface Secrets {
  readonly apiKey: string;
  /** Base64 of 32 bytes. Lost, the personal data in the database cannot be read again. */
  readonly encryptionKey: string;
}

const FILE = 'secrets.json';

/** The secrets of a data folder, null when none were ever made there. */
export async function readSecrets(dataDir: string): Promise<Secrets | null> {
  const path = join(dataDir, FILE);
  const text = await readFile(path, 'utf8').catch(ignoreMissing);
  return text === null ? null : parse(text, path);
}

/** Reads the secrets of a data folder; makes them once, in a file for its owner only. */
export async function keepSecrets(dataDir: string): Promise<Secrets> {
  const path = join(dataDir, FILE);
  const unfinished = `${path}.${randomBytes(4).toString('hex')}`;
  const fresh: Secrets = {
    apiKey: `demo_${randomBytes(18).toString('base64url')}`,
    encryptionKey: randomBytes(32).toString('base64'),
  };
  const existing = await readSecrets(dataDir);
  if (existing !== null) return existing;
  await mkdir(dataDir, { recursive: true });
  await writeFile(unfinished, `${JSON.stringify(fresh, null, 2)}\n`, { mode: 0o600 });
  // A link is made whole or not at all, and never over a file that another start has just made.
  await link(unfinished, path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  await rm(unfinished);
  return parse(await readFile(path, 'utf8'), path);
}

function parse(text: string, path: string): Secrets {
  try {
    const { apiKey, encryptionKey } = JSON.parse(text) as Partial<Secrets>;
    if (typeof apiKey === 'string' && typeof encryptionKey === 'string') return { apiKey, encryptionKey };
  } catch {
    // Told below, in the same words as a file that lacks a key.
  }
  throw new Refusal(
    `${path} is damaged. It is never overwritten, because the database cannot be read without its encryptionKey: ` +
      'restore it from a backup, or delete it and start with --fresh',
  );
}

function ignoreMissing(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw error;
}
