import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildPrograms } from './programs/program.js';

const NAME = 'hooks.example.test';
const SENDER = pathToFileURL(path.resolve(import.meta.dirname, '../dist/libs/webhooks/sender.js')).href;

/** Sends to the URL it is given, whose name is of this machine, and prints the answer. */
const PROGRAM = `
  const { createSender } = await import(${JSON.stringify(SENDER)});
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
  const send = createSender({ allowPrivate: true, resolve, timeoutMs: 10_000 });
  const message = { url: process.argv[1], headers: {}, body: '{}' };
  console.log(JSON.stringify(await send(message, new AbortController().signal)));
`;

const hasOpenssl = (): boolean => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

describe('a webhook over TLS', () => {
  if (!hasOpenssl()) {
    it.skip('is not tried without a certificate (skipped: openssl is not installed)', () => undefined);
    return;
  }

  const folder = mkdtempSync(path.join(tmpdir(), 'portos-tls-'));
  const certificate = path.join(folder, 'certificate.pem');
  const heard: { readonly asked: string | false | null; readonly host: string | undefined }[] = [];
  let server: Server;

  beforeAll(async () => {
    await buildPrograms();
    const key = path.join(folder, 'key.pem');
    const subject = ['-subj', `/CN=${NAME}`, '-addext', `subjectAltName=DNS:${NAME}`];
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    execFileSync('openssl', ['req', ...kind, '-keyout', key, '-out', certificate, ...subject], { stdio: 'ignore' });
    server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, response) => {
      heard.push({ asked: (request.socket as Socket & TLSSocket).servername ?? null, host: request.headers.host });
      response.writeHead(204).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }, 120_000);

  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  /** What comes of a message to this name, where the certificate is trusted or is not. */
  async function send(name: string, trusts: boolean): Promise<unknown> {
    const { port } = server.address() as AddressInfo;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', PROGRAM, `https://${name}:${port}/hook`],
      { env: { PATH: process.env['PATH'], ...(trusts && { NODE_EXTRA_CA_CERTS: certificate }) } },
    );
    return JSON.parse(stdout);
  }

  it('goes to the address that was checked, and asks there for the name of its URL', async () => {
    heard.length = 0;
    expect(await send(NAME, true)).toEqual({ statusCode: 204, error: null });
    const { port } = server.address() as AddressInfo;
    expect(heard).toEqual([{ asked: NAME, host: `${NAME}:${port}` }]);
  });

  it('is not told to who shows the certificate of another name', async () => {
    heard.length = 0;
    expect(await send('other.example.test', true)).toEqual({ statusCode: null, error: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    expect(heard).toEqual([]);
  });

  it('is not told to who shows a certificate that nobody vouches for', async () => {
    heard.length = 0;
    expect(await send(NAME, false)).toEqual({ statusCode: null, error: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(heard).toEqual([]);
  });
});
