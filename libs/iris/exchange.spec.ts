import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  alignmentAnswer,
  type Counterpart,
  DONE,
  faultOf,
  openingOf,
  sessionOf,
  settingsFor,
  soapOf,
  startCounterpart,
} from './counterpart.fixture.js';
import { IrisBatchRejected, IrisMisconfigured, IrisOutcomeUnknown, IrisRefused, IrisUnavailable } from './errors.js';
import type { OpenedSession } from './gateway.js';
import { createIrisGateway } from './soap-gateway.js';

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function counterpartWith(reply: Parameters<typeof startCounterpart>[0]): Promise<Counterpart> {
  const counterpart = await startCounterpart(reply);
  closing.push(() => counterpart.close());
  return counterpart;
}

const open = (baseUrl: string, timeoutMs = 10_000): Promise<OpenedSession> =>
  createIrisGateway(settingsFor(baseUrl, { timeoutMs })).open(openingOf(1));

const OPENED = alignmentAnswer(sessionOf('https://iris.example.org/gw'), DONE);
const MIB = 1024 * 1024;

const status =
  (code: number, body = '') =>
  (response: ServerResponse): void => {
    response.writeHead(code, { location: '/elsewhere' }).end(body);
  };

const BILLION_LAUGHS = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]>${soapOf('<a>&lol2;</a>')}`;

describe('IRIS speaks, but not as it should: the outcome is unknown', () => {
  it.each<[string, Parameters<typeof startCounterpart>[0]]>([
    ['HTTP 500', status(500, 'Internal Server Error')],
    ['HTTP 500 with an answer that is no fault', status(500, OPENED)],
    ['HTTP 502 with an answer', status(502, OPENED)],
    ['HTTP 503', status(503)],
    ['HTTP 400', status(400)],
    ['HTTP 204', status(204)],
    ['a SOAP fault', status(500, faultOf('Errore interno'))],
    ['a SOAP fault with HTTP 200', faultOf('Errore interno')],
    ['a SOAP fault with a code nobody knows', faultOf('ZZ123456')],
    ['a page', '<!doctype html><html><body>Servizio in manutenzione<br></body></html>'],
    ['nothing', ''],
    ['half an answer', OPENED.slice(0, OPENED.length / 2)],
    ['a document type declaration', BILLION_LAUGHS],
    ['2 MiB', ' '.repeat(2 * MIB) + OPENED],
    ['a megabyte of angle brackets', '<'.repeat(MIB - 1)],
    ['an entity nobody declared', OPENED.replace('s1', '&s1;')],
    ['bytes that are not UTF-8', (response) => response.end(Buffer.from([0x3c, 0xff, 0xfe, 0x3e]))],
    ['no envelope', '<a/>'],
    ['a connection cut before the answer', (response) => response.socket?.destroy()],
    [
      'a connection cut within the answer',
      (response) => {
        response.writeHead(200, { 'content-length': OPENED.length });
        response.write(OPENED.slice(0, 100), () => response.socket?.destroy());
      },
    ],
  ])('%s', async (_, reply) => {
    const counterpart = await counterpartWith(reply);
    await expect(open(counterpart.baseUrl)).rejects.toBeInstanceOf(IrisOutcomeUnknown);
    expect(counterpart.heard).toHaveLength(1);
  });

  it('no answer within the deadline', async () => {
    const { baseUrl } = await counterpartWith(() => undefined);
    await expect(open(baseUrl, 100)).rejects.toBeInstanceOf(IrisOutcomeUnknown);
  });

  it('an answer that begins within the deadline and does not end', async () => {
    const { baseUrl } = await counterpartWith((response) => response.write(OPENED.slice(0, 100)));
    await expect(open(baseUrl, 100)).rejects.toBeInstanceOf(IrisOutcomeUnknown);
  });
});

describe('IRIS is not where we were told, or does not let us in: an operator must act', () => {
  it.each([301, 302, 307, 401, 403, 404, 405, 415])('HTTP %d', async (code) => {
    const counterpart = await counterpartWith(status(code, OPENED));
    await expect(open(counterpart.baseUrl)).rejects.toMatchObject({
      name: 'IrisMisconfigured',
      values: { status: code },
    });
    expect(counterpart.heard).toHaveLength(1);
  });

  it('a fault may name a code', async () => {
    const misconfigured = await counterpartWith(status(500, faultOf('BS000001: ente sconosciuto')));
    await expect(open(misconfigured.baseUrl)).rejects.toBeInstanceOf(IrisMisconfigured);
    const refused = await counterpartWith(status(500, faultOf('A0000040 dati della marca')));
    await expect(open(refused.baseUrl)).rejects.toBeInstanceOf(IrisRefused);
  });
});

describe('IRIS was never reached: the same identifiers may be tried again', () => {
  async function listening(server: Server): Promise<number> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }
  const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

  it('nobody listens', async () => {
    const server = createServer();
    const port = await listening(server);
    await closed(server);
    await expect(open(`http://127.0.0.1:${port}`)).rejects.toBeInstanceOf(IrisUnavailable);
    await expect(open(`http://localhost:${port}`)).rejects.toBeInstanceOf(IrisUnavailable);
  });

  it('the name is not found', async () => {
    await expect(open('http://iris.invalid')).rejects.toBeInstanceOf(IrisUnavailable);
  });

  it('the other side does not speak TLS', async () => {
    const { baseUrl, heard } = await counterpartWith(OPENED);
    await expect(open(baseUrl.replace('http:', 'https:'))).rejects.toBeInstanceOf(IrisUnavailable);
    expect(heard).toEqual([]);
  });

  it('the connection is cut during the TLS handshake', async () => {
    const server = createServer((socket) => socket.destroy());
    const port = await listening(server);
    closing.push(() => closed(server));
    await expect(open(`https://127.0.0.1:${port}`)).rejects.toBeInstanceOf(IrisUnavailable);
  });
});

describe('a poll', () => {
  const poll = async (reply: Parameters<typeof startCounterpart>[0], ...ids: string[]): Promise<unknown> => {
    const { baseUrl } = await counterpartWith(reply);
    const positions = ids.map((idPagamento) => ({ idPagamento }));
    return await createIrisGateway(settingsFor(baseUrl, { timeoutMs: 1000 })).verify('bolli', positions);
  };

  it('whose answer is too long to read is halved, until one position alone is too long', async () => {
    const long = ' '.repeat(2 * MIB);
    await expect(poll(long, 'A', 'B')).rejects.toBeInstanceOf(IrisBatchRejected);
    await expect(poll(long, 'A')).rejects.toBeInstanceOf(IrisOutcomeUnknown);
  });

  it('is not halved on a fault, a failure or silence', async () => {
    await expect(poll(status(500, faultOf('Errore')), 'A', 'B')).rejects.toBeInstanceOf(IrisOutcomeUnknown);
    await expect(poll(faultOf('A0000040'), 'A', 'B')).rejects.toMatchObject({
      name: 'IrisOutcomeUnknown',
      code: 'A0000040',
    });
    await expect(poll(status(503), 'A', 'B')).rejects.toBeInstanceOf(IrisOutcomeUnknown);
    await expect(poll(() => undefined, 'A', 'B')).rejects.toBeInstanceOf(IrisOutcomeUnknown);
  });

  it('is given up when whoever asked has no more time, and its answer is then unknown', async () => {
    const { baseUrl } = await counterpartWith(() => undefined);
    const gateway = createIrisGateway(settingsFor(baseUrl, { timeoutMs: 60_000 }));
    await expect(gateway.verify('bolli', [{ idPagamento: 'A' }], 100)).rejects.toBeInstanceOf(IrisOutcomeUnknown);
  });
});
