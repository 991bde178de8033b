import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { createSender } from './sender.js';
import { readTarget, resolveTarget, TargetRefused } from './target.js';
import type { Address, Resolve } from './target.js';
import { Receiver } from './receiver.fixture.js';

const address = (text: string): Address => ({ address: text, family: text.includes(':') ? 6 : 4 });

/** Names as an attacker's own DNS server answers them. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'public.example.org': ['93.184.215.14'],
  'private.example.org': ['10.1.2.3'],
  'loopback.example.org': ['127.0.0.1'],
  'metadata.example.org': ['169.254.169.254'],
  'mixed.example.org': ['93.184.215.14', '192.168.0.10'],
  'six.example.org': ['fd12:3456:789a::1'],
  'mapped.example.org': ['::ffff:10.0.0.1'],
  'carrier.example.org': ['100.64.0.1'],
};
const resolve: Resolve = (name) =>
  NAMES[name] ? Promise.resolve(NAMES[name].map(address)) : Promise.reject(new Error('ENOTFOUND'));

const HOSTILE = [
  'http://public.example.org/',
  'ftp://public.example.org/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'hooks/portos',
  '//public.example.org/hook',
  'https://user@public.example.org/',
  'https://user:secret@public.example.org/',
  'https://public.example.org@127.0.0.1/',
  'https://localhost/',
  'https://LOCALHOST:8443/',
  'https://localhost./',
  'https://api.localhost/',
  'https://printer.local/',
  'https://metadata.google.internal/computeMetadata/v1/',
  'https://router.lan/',
  'https://nas.home.arpa./',
  'https://intranet/',
  'https://loc%61lhost/',
  'https://127.0.0.1/',
  'https://127.1/',
  'https://127.0.0.1./',
  'https://0x7f000001/',
  'https://0x7f.0.0.1/',
  'https://0177.0.0.1/',
  'https://2130706433/',
  'https://①②⑦.⓪.⓪.①/',
  'https://0/',
  'https://0.0.0.0/',
  'https://10.0.0.1/',
  'https://172.16.5.4/',
  'https://192.168.1.1/',
  'https://169.254.169.254/latest/meta-data/',
  'https://169.254.1.1/',
  'https://100.64.10.10/',
  'https://100.100.100.200/latest/',
  'https://168.63.129.16/machine?comp=goalstate',
  'https://0xa83f8110/',
  'https://2822734096/',
  'https://[::ffff:168.63.129.16]/',
  'https://[::ffff:a83f:8110]/',
  'https://169.254.170.23/v1/credentials',
  'https://192.0.0.192/',
  'https://192.0.2.7/',
  'https://198.18.0.1/',
  'https://224.0.0.251/',
  'https://240.0.0.1/',
  'https://255.255.255.255/',
  'https://[::]/',
  'https://[::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:a9fe:a9fe]/',
  'https://[::127.0.0.1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[64:ff9b:1::a00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[2001:0:53aa:64c:0:f0f0:f0f0:f0f0]/',
  'https://[fe80::1]/',
  'https://[fec0::1]/',
  'https://[fd00:ec2::254]/',
  'https://[fd00:ec2::23]/',
  'https://[fd20:ce::254]/',
  'https://[fc00::1]/',
  'https://[ff02::1]/',
  'https://[2001:db8::1]/',
  'https://private.example.org/',
  'https://loopback.example.org/',
  'https://metadata.example.org/',
  'https://mixed.example.org/',
  'https://six.example.org/',
  'https://mapped.example.org/',
  'https://carrier.example.org/',
];

const check = async (url: string, allowPrivate = false): Promise<readonly Address[]> =>
  resolveTarget(readTarget(url, allowPrivate), allowPrivate, resolve);

describe('a target', () => {
  it.each(HOSTILE)('%s is refused at registration', async (url) => {
    const refusal: unknown = await check(url).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TargetRefused);
    expect((refusal as Error).message).toMatch(/^(must|names|the address|an address of the host) /);
    expect((refusal as Error).message).not.toContain('secret');
  });

  it.each(HOSTILE)('%s is refused when it is sent to, whatever was registered', async (url) => {
    const send = createSender({ allowPrivate: false, resolve, timeoutMs: 1_000 });
    const answer = await send({ url, headers: {}, body: '{}' }, new AbortController().signal);
    expect(answer.statusCode).toBeNull();
    expect(answer.error).toMatch(/^(must|names|the address|an address of the host) /);
  });

  it.each([
    ['https://public.example.org/hook?key=1', '93.184.215.14'],
    ['https://PUBLIC.example.org:8443/', '93.184.215.14'],
    ['https://93.184.215.14/', '93.184.215.14'],
    ['https://[2606:4700:4700::1111]/', '2606:4700:4700::1111'],
  ])('%s may be sent to', async (url, expected) => {
    expect(await check(url)).toEqual([address(expected)]);
  });

  it.each([
    'http://127.0.0.1:9000/',
    'http://localhost:9000/',
    'https://receiver/',
    'https://10.0.0.1/',
    'https://[fd12::1]/',
    'https://[::ffff:127.0.0.1]/',
  ])('%s may be sent to where a person allowed it', (url) => {
    expect(readTarget(url, true).href).toBe(new URL(url).href);
  });

  it.each([
    'https://169.254.169.254/',
    'https://[::ffff:169.254.169.254]/',
    'https://169.254.170.2/',
    'https://169.254.170.23/',
    'https://[::ffff:a9fe:aa17]/',
    'https://100.100.100.200/',
    'https://168.63.129.16/',
    'https://0xa83f8110/',
    'https://2822734096/',
    'https://[::ffff:168.63.129.16]/',
    'https://[::ffff:a83f:8110]/',
    'https://[fd00:ec2::254]/',
    'https://[fd00:ec2::23]/',
    'https://[fd00:0ec2:0:0:0:0:0:0023]/',
    'https://[fd20:ce::254]/',
    'https://[fd20:00ce:0::0254]/',
    'https://0.0.0.0/',
    'https://224.0.0.1/',
  ])('%s is refused even there', (url) => {
    expect(() => readTarget(url, true)).toThrow(TargetRefused);
  });

  it('a name that leads to one of them is refused when it is sent to', async () => {
    const toAzure: Resolve = () => Promise.resolve([address('168.63.129.16')]);
    const target = readTarget('https://wire.example.org/', true);
    await expect(resolveTarget(target, true, toAzure)).rejects.toThrow('where clouds keep the credentials');
  });
});

describe('a name that changes its meaning', () => {
  it('after it was registered is refused when the message is sent', async () => {
    let answer = ['93.184.215.14'];
    const changing: Resolve = () => Promise.resolve(answer.map(address));
    const url = 'https://rebound.example.org/';
    await resolveTarget(readTarget(url, false), false, changing);
    answer = ['127.0.0.1'];
    const send = createSender({ allowPrivate: false, resolve: changing, timeoutMs: 1_000 });
    expect(await send({ url, headers: {}, body: '{}' }, new AbortController().signal)).toEqual({
      statusCode: null,
      error: 'an address of the host is of this machine (loopback), and no message may go there',
    });
  });

  it('between the check and the connection leads nowhere else: the connection is pinned to what was checked', async () => {
    const receiver = await Receiver.open();
    try {
      let questions = 0;
      const changing: Resolve = () => {
        questions += 1;
        return Promise.resolve([address(questions === 1 ? '127.0.0.1' : '203.0.113.1')]);
      };
      const send = createSender({ allowPrivate: true, resolve: changing, timeoutMs: 5_000 });
      const url = `http://pinned.invalid:${receiver.port}/hook`;
      const answer = await send({ url, headers: {}, body: '{}' }, new AbortController().signal);
      expect(answer).toEqual({ statusCode: 204, error: null });
      expect(questions).toBe(1);
      expect(receiver.received[0]?.headers.host).toBe(`pinned.invalid:${receiver.port}`);
    } finally {
      await receiver.close();
    }
  });
});

describe('an answer', () => {
  it('that does not come in time is a failure', async () => {
    const receiver = await Receiver.open();
    try {
      receiver.react = () => () => undefined;
      const send = createSender({ allowPrivate: true, resolve, timeoutMs: 100 });
      const answer = await send({ url: receiver.url, headers: {}, body: '{}' }, new AbortController().signal);
      expect(answer).toEqual({ statusCode: null, error: 'no answer in 0.1 s' });
    } finally {
      await receiver.close();
    }
  });

  it('that never ends is not read to its end', async () => {
    const receiver = await Receiver.open();
    try {
      receiver.react = () => (response) => {
        response.writeHead(200);
        const go = (): void => {
          while (!response.destroyed && response.write('x'.repeat(16_384)));
          if (!response.destroyed) response.once('drain', go);
        };
        go();
      };
      const send = createSender({ allowPrivate: true, resolve, timeoutMs: 10_000 });
      const answer = await send({ url: receiver.url, headers: {}, body: '{}' }, new AbortController().signal);
      expect(answer.statusCode).toBe(200);
    } finally {
      await receiver.close();
    }
  });

  it('of nobody names what went wrong and no part of the URL', async () => {
    const receiver = await Receiver.open();
    const { url } = receiver;
    await receiver.close();
    const send = createSender({ allowPrivate: true, resolve, timeoutMs: 1_000 });
    expect(await send({ url: `${url}?key=abc`, headers: {}, body: '{}' }, new AbortController().signal)).toEqual({
      statusCode: null,
      error: 'ECONNREFUSED',
    });
  });
});

/** Listeners, and what `AbortSignal.any` has left: Node keeps it in a set of the signal's own. */
function heldBy(signal: AbortSignal): number {
  const key = Object.getOwnPropertySymbols(signal).find(({ description }) => description === 'kDependantSignals');
  const dependants = key && (signal as unknown as Record<symbol, { readonly size: number } | undefined>)[key];
  return getEventListeners(signal, 'abort').length + (dependants?.size ?? 0);
}

describe('the signal that a process stops', () => {
  it('holds nothing of messages that are over, however they ended', async () => {
    const receiver = await Receiver.open();
    try {
      const { signal } = new AbortController();
      const before = heldBy(signal);
      receiver.react = () => (receiver.received.length % 2 === 0 ? 204 : 500);
      const send = createSender({ allowPrivate: true, resolve, timeoutMs: 5_000 });
      for (let count = 0; count < 20; count += 1) await send({ url: receiver.url, headers: {}, body: '{}' }, signal);
      await send({ url: 'https://nowhere.example.org/', headers: {}, body: '{}' }, signal);
      receiver.react = () => () => undefined;
      const impatient = createSender({ allowPrivate: true, resolve, timeoutMs: 50 });
      await impatient({ url: receiver.url, headers: {}, body: '{}' }, signal);
      expect(receiver.received).toHaveLength(21);
      expect(heldBy(signal)).toBe(before);
    } finally {
      await receiver.close();
    }
  });

  it('ends a message on its way, and one that begins afterwards', async () => {
    const receiver = await Receiver.open();
    try {
      receiver.react = () => () => undefined;
      const stopping = new AbortController();
      const send = createSender({ allowPrivate: true, resolve, timeoutMs: 60_000 });
      const onItsWay = send({ url: receiver.url, headers: {}, body: '{}' }, stopping.signal);
      await receiver.until(1);
      stopping.abort();
      expect((await onItsWay).statusCode).toBeNull();
      expect((await send({ url: receiver.url, headers: {}, body: '{}' }, stopping.signal)).statusCode).toBeNull();
    } finally {
      await receiver.close();
    }
  });
});
