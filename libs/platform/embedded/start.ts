import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isDenied, serverAccount } from './account.js';
import { COPY_PREFIX, findBinaries } from './binaries.js';
import { assertVersion, CLUSTER_FOLDER, createCluster, dataFolderOf, findCluster } from './cluster.js';
import { DatabasePortBusy, DataFolderInUse, DataFolderUnusable, ServerDidNotStart } from './faults.js';
import { findHome, forgetHome, prepareHome } from './home.js';
import { launch, type LauncherLog, type Site, stopServer } from './launch.js';
import { ensureDatabase, type Ownership, takeOwnership, urlOf } from './ownership.js';
import { freePort, isFree } from './port.js';
import { findPostmaster, type Postmaster } from './postmaster.js';

export interface EmbeddedPostgresOptions {
  /** PORTOS' data folder. The cluster becomes `postgres/` in it, or lies elsewhere when root may not lend that place out. */
  readonly dataDir: string;
  /** Any free one when not given. */
  readonly port?: number;
  /** Off only for tests: then a power failure may destroy the data. */
  readonly fsync?: boolean;
  readonly log: LauncherLog;
}

/** A running server that this process, and no other, may use and stop. */
export interface EmbeddedPostgres {
  /** The application's database, with user and password. */
  readonly url: string;
  readonly port: number;
  /** Resolves when the server is gone: stopped by us, or dead. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const TRIES = 5;
const TRY_AGAIN_MS = 500;
const STARTING_UP_MS = 20_000;

/**
 * Starts a real PostgreSQL on a folder, or takes over the one that a killed process left running there.
 * @throws DataFolderInUse, DataFolderUnusable, DatabasePortBusy, PlatformUnsupported, ServerDidNotStart
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const site = await prepareSite(options);
  for (let attempt = 1; ; attempt++) {
    try {
      return (await takeOver(site, options)) ?? (await startAnew(site, options));
    } catch (error) {
      // Another launcher was faster by a moment, or a dead server's last processes still hold its memory.
      if (!(error instanceof ServerDidNotStart) || !isPassing(error) || attempt === TRIES) throw error;
      await pause(TRY_AGAIN_MS);
    }
  }
}

/**
 * Removes the cluster of a data folder and all that belongs to it, stopping an orphaned server first. Other files stay.
 * @throws DataFolderInUse when a living process uses it.
 */
export async function removeEmbeddedPostgres(dataDir: string, log: LauncherLog): Promise<void> {
  const home = await findHome(dataDir);
  if ((await findCluster(home)) !== null) {
    const site = await prepareSite({ dataDir, log });
    const postmaster = await findPostmaster(site.cluster.dataFolder);
    if (postmaster !== null) {
      const ownership = await awaitAnswer(site, postmaster);
      if (ownership === 'taken') throw new DataFolderInUse(dataDir);
      await stopServer(site);
    }
  }
  const names = await readdir(home).catch(() => []);
  const ours = names.filter(
    (name) => name === CLUSTER_FOLDER || name.startsWith(`${CLUSTER_FOLDER}.new-`) || name.startsWith(COPY_PREFIX),
  );
  try {
    for (const name of ours) await rm(join(home, name), { recursive: true });
    await forgetHome(dataDir, home);
  } catch (error) {
    if (!isDenied(error)) throw error;
    throw new DataFolderUnusable(dataDir, 'it holds files of another account that cannot be removed');
  }
}

/** The application's database on the folder's server, with user and password; null when none runs there. */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | null> {
  const cluster = await findCluster(await findHome(dataDir));
  const postmaster = cluster === null ? null : await findPostmaster(cluster.dataFolder);
  return cluster === null || postmaster === null ? null : urlOf(cluster, postmaster.port);
}

/** Whether a living process uses the folder's server now. */
export async function isEmbeddedPostgresInUse(dataDir: string): Promise<boolean> {
  const cluster = await findCluster(await findHome(dataDir));
  const postmaster = cluster === null ? null : await findPostmaster(cluster.dataFolder);
  if (cluster === null || postmaster === null) return false;
  const ownership = await takeOwnership(cluster, postmaster.port);
  if (typeof ownership === 'object') await ownership.release();
  return ownership === 'taken';
}

async function prepareSite({ dataDir, fsync = true, log }: EmbeddedPostgresOptions): Promise<Site> {
  const account = await serverAccount(dataFolderOf(await findHome(dataDir)));
  const home = await prepareHome(dataDir, account);
  const binaries = await findBinaries(home, account);
  const existing = await findCluster(home);
  if (existing === null) log.info({ home }, 'creating the database cluster');
  const cluster = existing ?? (await createCluster(home, binaries, account, { sync: fsync }));
  await assertVersion(cluster, binaries);
  return { dataDir, cluster, binaries, account, log };
}

async function takeOver(site: Site, { port, fsync = true }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres | null> {
  const postmaster = await findPostmaster(site.cluster.dataFolder);
  if (postmaster === null) return null;
  const ownership = await awaitAnswer(site, postmaster);
  if (ownership === 'taken') throw new DataFolderInUse(site.dataDir);
  const isAsAsked =
    ownership !== 'silent' && ownership.fsync === fsync && postmaster.port === (port ?? postmaster.port);
  if (isAsAsked) {
    site.log.info({ pid: postmaster.pid }, 'taking over the database server that an earlier run left behind');
    return serve(site, postmaster.port, ownership);
  }
  site.log.info({ pid: postmaster.pid }, 'stopping the database server that an earlier run left behind');
  await stopServer(site);
  return null;
}

/** A server that is just starting, perhaps recovering, is given time before it counts as silent. */
async function awaitAnswer(site: Site, postmaster: Postmaster): Promise<Ownership | 'taken' | 'silent'> {
  const deadline = performance.now() + STARTING_UP_MS;
  for (;;) {
    const ownership = await takeOwnership(site.cluster, postmaster.port);
    if (ownership !== 'starting') return ownership;
    const isStillThere = (await findPostmaster(site.cluster.dataFolder))?.pid === postmaster.pid;
    if (!isStillThere || performance.now() > deadline) return 'silent';
    await pause(TRY_AGAIN_MS);
  }
}

async function startAnew(
  site: Site,
  { port: asked, fsync = true }: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  if (asked !== undefined && !(await isFree(asked))) throw new DatabasePortBusy(asked);
  const port = asked ?? (await freePort());
  await launch(site, port, fsync);
  const ownership = await takeOwnership(site.cluster, port);
  if (ownership === 'taken') throw new DataFolderInUse(site.dataDir);
  if (typeof ownership === 'object') return serve(site, port, ownership);
  await stopServer(site);
  throw new ServerDidNotStart(['it started, but does not answer with the stored password']);
}

async function serve(site: Site, port: number, ownership: Ownership): Promise<EmbeddedPostgres> {
  await ensureDatabase(site.cluster, port).catch(async (error: unknown) => {
    await stopOwned(site, ownership);
    throw error;
  });
  let stopped: Promise<void> | null = null;
  return {
    url: urlOf(site.cluster, port),
    port,
    ended: ownership.lost,
    stop: () => (stopped ??= stopOwned(site, ownership)),
  };
}

async function stopOwned(site: Site, ownership: Ownership): Promise<void> {
  // The lock is kept until the end, so that nobody takes over a server that is going down.
  await stopServer(site);
  await ownership.lost;
}

function isPassing(error: ServerDidNotStart): boolean {
  return /postmaster\.pid|shared memory block|could not bind/.test(error.lastLines.join('\n'));
}
