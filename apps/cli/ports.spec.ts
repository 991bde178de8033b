import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { assertPortsFree } from './ports.js';
import { Refusal } from './refusal.js';

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

function listen(host?: string): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    servers.push(server);
    server.listen({ port: 0, ...(host === undefined ? {} : { host }) }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

async function freePort(): Promise<number> {
  const port = await listen('127.0.0.1');
  await new Promise((resolve) => servers.pop()?.close(resolve));
  return port;
}

describe('the ports we are about to use', () => {
  it('pass when nobody listens there', async () => {
    await expect(assertPortsFree([{ variable: 'PORT', port: await freePort(), use: 'API' }])).resolves.toBeUndefined();
  });

  it.each([['127.0.0.1'], ['0.0.0.0'], [undefined]])('are refused when another program listens on %s', async (host) => {
    const port = await listen(host);
    await expect(assertPortsFree([{ variable: 'PORT', port, use: 'API' }])).rejects.toThrow(Refusal);
  });

  it('are all named at once, each with the variable that moves it', async () => {
    const [api, sandbox] = [await listen(), await listen()];
    const attempt = assertPortsFree([
      { variable: 'PORT', port: api, use: 'API' },
      { variable: 'WORKER_PORT', port: await freePort(), use: 'worker' },
      { variable: 'SANDBOX_PORT', port: sandbox, use: 'sandbox' },
    ]);
    await expect(attempt).rejects.toThrow(
      `Nothing was started.\n` +
        `  port ${api} (API) is taken by another program: set PORT to another one\n` +
        `  port ${sandbox} (sandbox) is taken by another program: set SANDBOX_PORT to another one`,
    );
  });
});
