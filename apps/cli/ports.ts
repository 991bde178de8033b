import { type AddressInfo, createServer, type Server } from 'node:net';
import { Refusal } from './refusal.js';

/** A port we are about to listen on, and the variable that moves it. */
export interface WantedPort {
  readonly variable: string;
  readonly port: number;
  /** What will listen there, for the message. */
  readonly use: string;
}

/** @throws Refusal that lists every port somebody else has, with the variable to change. */
export async function assertPortsFree(wanted: readonly WantedPort[]): Promise<void> {
  const problems: string[] = [];
  for (const { variable, port, use } of wanted) {
    const problem = await problemWith(port);
    if (problem !== null) problems.push(`  port ${port} (${use}) ${problem}: set ${variable} to another one`);
  }
  if (problems.length > 0) throw new Refusal(`Nothing was started.\n${problems.join('\n')}`);
}

/** Tried on every interface and on loopback alone: systems differ in which of the two they refuse. */
async function problemWith(port: number): Promise<string | null> {
  return (await tryToListen(port)) ?? (await tryToListen(port, '127.0.0.1'));
}

function tryToListen(port: number, host?: string): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve('is taken by another program');
      else
        resolve(error.code === 'EACCES' ? 'may not be opened by this account' : `cannot be opened (${error.message})`);
    });
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.close(() => resolve(null));
    });
  });
}

/** Ports that nobody has at the moment. */
export async function findFreePorts(count: number): Promise<number[]> {
  // All are held at once, or the same one could be found twice.
  const servers = await Promise.all(Array.from({ length: count }, holdAnyPort));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function holdAnyPort(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, () => resolve(server));
  });
}
