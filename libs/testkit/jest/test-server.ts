import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '#libs/platform';
import { dropTemplates } from '../database.js';

/** The server of a run. The setup leaves it on globalThis for the teardown, which jest runs in the same process. */
export interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

const PREFIX = 'portos-jest-';
/** Long enough for a new run to have its server up; from then on the server itself tells whether it is in use. */
const ABANDONED_AFTER_MS = 2 * 60_000;

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined };

/** A cluster of its own for this run of the tests, removed with its folder at the end. */
export async function startTestServer(): Promise<TestServer> {
  await removeAbandoned();
  const folder = await mkdtemp(join(tmpdir(), PREFIX));
  const server = await startEmbeddedPostgres({ dataDir: folder, fsync: false, log: quiet });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** A server that outlives the run keeps nothing of it. */
export const useGivenServer = (url: string): TestServer => ({ url, stop: dropTemplates });

/** A run that was killed leaves its server and folder behind; the next one tidies up. Folders of living runs refuse. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(tmpdir(), name);
    try {
      if (Date.now() - (await stat(folder)).mtimeMs < ABANDONED_AFTER_MS) continue;
      await removeEmbeddedPostgres(folder, quiet);
      await rm(folder, { recursive: true });
    } catch {
      // In use by another run, or another account's: not ours to remove.
    }
  }
}
