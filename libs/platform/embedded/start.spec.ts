import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DatabasePortBusy, DataFolderInUse, DataFolderUnusable } from './faults.js';
import { type Launchers, prepareLaunchers } from './launcher.fixture.js';
import { isEmbeddedPostgresInUse, removeEmbeddedPostgres, startEmbeddedPostgres } from './start.js';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined };
const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

let dataDir: string;
let launchers: Launchers;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'portos-embedded-'));
  launchers = await prepareLaunchers();
});

afterAll(async () => {
  await launchers.end();
  await removeEmbeddedPostgres(dataDir, log);
  await rm(dataDir, { recursive: true });
});

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

const postmasterPid = async (): Promise<number> =>
  Number.parseInt(await readFile(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8'), 10);

describe('the embedded PostgreSQL', () => {
  it('keeps its data over a stop and a start, and its password to its owner', async () => {
    const first = await startEmbeddedPostgres({ dataDir, log });
    await query(first.url, 'create table kept (word text)');
    await query(first.url, `insert into kept values ('still here')`);
    expect(await query(first.url, 'show fsync')).toEqual([{ fsync: 'on' }]);
    await first.stop();
    await first.ended;
    const second = await startEmbeddedPostgres({ dataDir, log });
    expect(await query(second.url, 'select word from kept')).toEqual([{ word: 'still here' }]);
    await second.stop();
    expect((await stat(join(dataDir, 'postgres/password'))).mode & 0o777).toBe(0o600);
  });

  it('refuses whoever does not know the password', async () => {
    const server = await startEmbeddedPostgres({ dataDir, log });
    const stranger = server.url.replace(/:[^:@]+@/, ':guess@');
    await expect(query(stranger, 'select 1')).rejects.toThrow('password authentication failed');
    await server.stop();
  });

  it('is taken over, running, after a kill -9 of the process that started it', async () => {
    const killed = await launchers.start(dataDir);
    await query(killed.url, `insert into kept values ('by the killed one')`);
    const pid = await postmasterPid();
    expect(await isEmbeddedPostgresInUse(dataDir)).toBe(true);
    await killed.kill();
    expect(await isEmbeddedPostgresInUse(dataDir)).toBe(false);
    const server = await startEmbeddedPostgres({ dataDir, log });
    expect(await postmasterPid()).toBe(pid);
    expect(await query(server.url, `select word from kept where word like 'by%'`)).toHaveLength(1);
    await server.stop();
  });

  it('is not taken over as it is when the orphan runs without fsync', async () => {
    const killed = await launchers.start(dataDir, { fsync: false });
    await killed.kill();
    const server = await startEmbeddedPostgres({ dataDir, log });
    expect(await query(server.url, 'show fsync')).toEqual([{ fsync: 'on' }]);
    await server.stop();
  });

  it('comes back with its data after a kill -9 of the server itself', async () => {
    const server = await startEmbeddedPostgres({ dataDir, log });
    await query(server.url, `insert into kept values ('before the crash')`);
    process.kill(await postmasterPid(), 'SIGKILL');
    await server.ended;
    const again = await startEmbeddedPostgres({ dataDir, port: server.port, log });
    expect(await query(again.url, `select word from kept where word = 'before the crash'`)).toHaveLength(1);
    await again.stop();
  });

  it('serves one of two processes that start at once; the other is told', async () => {
    const results = await Promise.allSettled([
      startEmbeddedPostgres({ dataDir, log }),
      startEmbeddedPostgres({ dataDir, log }),
    ]);
    const [winner] = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const [refusal] = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    expect(refusal).toBeInstanceOf(DataFolderInUse);
    expect(await query(winner?.url ?? '', 'select 1 as one')).toEqual([{ one: 1 }]);
    await expect(removeEmbeddedPostgres(dataDir, log)).rejects.toThrow(DataFolderInUse);
    await winner?.stop();
  });

  it('says which port is taken by another program', async () => {
    const stranger = await new Promise<Server>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
    });
    const address = stranger.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(startEmbeddedPostgres({ dataDir, port, log })).rejects.toThrow(new DatabasePortBusy(port));
    stranger.close();
  });

  it('starts although a power failure left a file that names a living process', async () => {
    const path = join(dataDir, 'postgres/data/postmaster.pid');
    await writeFile(path, `${process.pid}\n${join(dataDir, 'postgres/data')}\n1\n5432\n\n127.0.0.1\n`);
    const server = await startEmbeddedPostgres({ dataDir, log });
    expect(await postmasterPid()).not.toBe(process.pid);
    await server.stop();
  });

  it("refuses another version's data with both versions named", async () => {
    const path = join(dataDir, 'postgres/data/PG_VERSION');
    const version = await readFile(path, 'utf8');
    await writeFile(path, '16\n');
    await expect(startEmbeddedPostgres({ dataDir, log })).rejects.toThrow(
      /PostgreSQL 16 wrote it and this is PostgreSQL \d\d/,
    );
    await writeFile(path, version);
  });

  it('names the folder that cannot be written', async () => {
    await writeFile(join(dataDir, 'a-file'), '');
    await expect(startEmbeddedPostgres({ dataDir: join(dataDir, 'a-file/below'), log })).rejects.toThrow(
      DataFolderUnusable,
    );
  });

  it('removes an orphan with its data', async () => {
    const killed = await launchers.start(dataDir);
    await killed.kill();
    await removeEmbeddedPostgres(dataDir, log);
    await expect(stat(join(dataDir, 'postgres'))).rejects.toThrow('ENOENT');
    await expect(query(killed.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });
});

const asRoot = isRoot ? describe : describe.skip;

asRoot(`started by root${isRoot ? '' : ' (skipped: these tests run as an ordinary user)'}`, () => {
  it('runs as the account nobody', async () => {
    const server = await startEmbeddedPostgres({ dataDir, fsync: false, log });
    expect((await stat(join(dataDir, 'postgres/data'))).uid).toBe(NOBODY);
    expect(await readFile(`/proc/${await postmasterPid()}/status`, 'utf8')).toContain(`Uid:\t${NOBODY}`);
    await server.stop();
  });

  it('lives elsewhere when its folder lies below one that only root may enter, and is removed from there', async () => {
    const locked = await mkdtemp(join(tmpdir(), 'portos-locked-'));
    const server = await startEmbeddedPostgres({ dataDir: join(locked, 'data'), fsync: false, log });
    const home = (await readFile(join(locked, 'data/postgres.location'), 'utf8')).trim();
    expect(home).toMatch(/^\/var\/lib\/portos-payments\//);
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
    await removeEmbeddedPostgres(join(locked, 'data'), log);
    await expect(stat(home)).rejects.toThrow('ENOENT');
    await rm(locked, { recursive: true });
  });

  it('opens the empty folder that it was given for the lent account to pass, and lives there', async () => {
    const fresh = await mkdtemp(join(tmpdir(), 'portos-fresh-'));
    const server = await startEmbeddedPostgres({ dataDir: fresh, fsync: false, log });
    expect((await stat(fresh)).mode & 0o777).toBe(0o711);
    await server.stop();
    await rm(fresh, { recursive: true });
  });

  it('runs from a copy when npm installed the programs where only root may enter, without their links', async () => {
    const locked = await prepareLaunchers({ packageInLockedFolder: true });
    const killed = await locked.start(dataDir, { fsync: false });
    expect(await query(killed.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await killed.kill();
    await removeEmbeddedPostgres(dataDir, log);
    await locked.end();
  });

  it('an ordinary account starts its own in a folder that nobody else may enter', async () => {
    const own = await mkdtemp(join(tmpdir(), 'portos-own-'));
    const ordinary = await launchers.start(join(own, 'data'), { fsync: false, ownedBy: { folder: own, uid: NOBODY } });
    expect(await query(ordinary.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await ordinary.kill();
    await removeEmbeddedPostgres(join(own, 'data'), log);
    await rm(own, { recursive: true });
  });
});
