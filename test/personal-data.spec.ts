import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Writable } from 'node:stream';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PaymentView, PracticeView } from '#libs/payments';
import { createLogger, createSealer, frameworkLogger, SealBroken } from '#libs/platform';
import { bolli, istruttoria, practice } from './practice.fixture.js';
import type { Stack } from './stack.js';
import { eventually, startStack } from './stack.js';

/**
 * A payer whose data occurs nowhere else goes all the way to paid. Then everything that is kept or was said is
 * searched for it: every column of every table, what was printed and logged, every URL that was asked for.
 */

const TAX_CODE = 'CNRGLL85T10A562H';
const LOCAL_PART = 'canarino.giallo+q7x';
const EMAIL = `${LOCAL_PART}@example.org`;
const KEY = randomBytes(32);

let stack: Stack;
const said: string[] = [];
const urls: string[] = [];
const stored = new Map<string, string>();

const noteUrl = (message: unknown): void => {
  urls.push(decodeURIComponent((message as { request: IncomingMessage }).request.url ?? ''));
};
const printed = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write.bind(stream) }));

beforeAll(async () => {
  for (const { stream, write } of printed) {
    stream.write = (chunk: string | Uint8Array) => {
      said.push(Buffer.from(chunk as string).toString());
      return write(chunk);
    };
  }
  subscribe('http.server.request.start', noteUrl);
  const log = createLogger({ process: 'test', level: 'trace', destination: listener() });
  stack = await startStack({ ENCRYPTION_KEY: KEY.toString('base64'), LOG_LEVEL: 'trace' }, log);
  Logger.overrideLogger(frameworkLogger(log));
}, 60_000);

afterAll(async () => {
  await stack.stop();
  unsubscribe('http.server.request.start', noteUrl);
  Logger.overrideLogger(false);
  for (const { stream, write } of printed) stream.write = write;
});

const listener = () =>
  new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      said.push(chunk.toString());
      done();
    },
  });

/** Adds what every table holds at this moment: rows that are finished are not there for long. */
async function noteRows(): Promise<void> {
  const { rows: tables } = await stack.pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname in ('engine', 'payments', 'bullmq') order by 1`,
  );
  for (const { name } of tables) {
    const { rows } = await stack.pool.query<{ row: string }>(`select t::text as row from ${name} t`);
    stored.set(name, [stored.get(name) ?? '', ...rows.map(({ row }) => row)].join('\n'));
  }
}

/** The ways a text may hide in another: as it is, in base64 at any offset, in hexadecimal, in hexadecimal of those. */
function disguises(text: string): string[] {
  const base64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]).toString('base64');
    return encoded.slice(offset === 0 ? 0 : offset + 1, -4); // the ends are shared with the neighbours
  });
  const plain = [text, ...base64];
  return [...plain, ...plain.map((form) => Buffer.from(form).toString('hex'))];
}

const NEEDLES = [TAX_CODE, LOCAL_PART].flatMap(disguises).map((needle) => needle.toLowerCase());

/** Upper and lower case, the two alphabets of base64 and a URL's escapes make no difference. */
const foundIn = (text: string): string[] => {
  const haystack = text.toLowerCase().replaceAll('-', '+').replaceAll('_', '/');
  return NEEDLES.filter((needle) => haystack.includes(needle) || text.toLowerCase().includes(needle));
};

async function payAll(body: ReturnType<typeof practice>): Promise<void> {
  const { status } = await stack.call('POST', '/v1/practices', body);
  expect(status).toBe(202);
  await noteRows();
  const ready = await eventually(async () => {
    const { body: view } = await stack.call<PracticeView>('GET', `/v1/practices/${body.practiceId}`);
    return view.payments.every((payment) => payment.allowedActions.includes('redirect')) ? view : null;
  }, 'every payment is ready');
  for (const { paymentId } of ready.payments) {
    const { body: sent } = await stack.call<{ redirectUrl: string }>('POST', `/v1/payments/${paymentId}/redirect`);
    await noteRows();
    await browse(sent.redirectUrl);
    await eventually(async () => {
      const { body: view } = await stack.call<PaymentView>('GET', `/v1/payments/${paymentId}`);
      return view.state === 'paid' ? view : null;
    }, `${paymentId} is paid`);
    await stack.call('GET', `/v1/payments/${paymentId}/history`);
  }
}

/** The payer's browser: looks at IRIS's page, pays there, and is sent back. */
async function browse(redirectUrl: string): Promise<void> {
  await (await fetch(redirectUrl)).text();
  const paid = await fetch(`${redirectUrl}/pay`, { method: 'POST', redirect: 'manual' });
  const back = await fetch(paid.headers.get('location') ?? '', { redirect: 'manual' });
  urls.push(redirectUrl, back.headers.get('location') ?? '');
}

describe('a payer’s tax code and e-mail address', () => {
  const body = practice({
    practiceType: 'istanza',
    payer: { fiscalCode: TAX_CODE, email: EMAIL },
    charges: [bolli(2), istruttoria()],
  });

  beforeAll(async () => {
    await payAll(body);
    await eventually(async () => {
      const { rows } = await stack.pool.query(`select from engine.instance where state = 'paid.receipted'`);
      return rows.length === 2 ? true : null;
    }, 'every attestation is here');
    for (const payer of [
      { fiscalCode: TAX_CODE, email: '' },
      { fiscalCode: `${TAX_CODE}X`, email: EMAIL },
    ]) {
      expect((await stack.call('POST', '/v1/practices', practice({ payer }))).status).toBe(400);
    }
    await stack.call('POST', '/v1/practices', { ...body, charges: [bolli(3)] });
    Logger.error(new Error('to show that what is logged is heard'));
    await noteRows();
  }, 60_000);

  it('would be found, were they there', () => {
    const encodings = [
      (text: string) => Buffer.from(text).toString('base64'),
      (text: string) => Buffer.from(text).toString('hex'),
    ];
    for (const canary of [TAX_CODE, EMAIL]) {
      expect(foundIn(`a ${canary}.`)).not.toEqual([]);
      for (const before of ['', 'x', 'xy']) {
        for (const encode of encodings)
          expect(foundIn(`… ${encode(`${before}${canary}, and more`)} …`)).not.toEqual([]);
      }
    }
    expect(said.join('')).toContain('what is logged is heard');
    expect(urls).toContain(`/v1/practices/${body.practiceId}`);
    for (const part of ['/iris/services/', '/iris/gateway/', '/return/', '/iris/notifications', 'portos.example.org']) {
      expect(urls.filter((url) => url.includes(part))).not.toEqual([]);
    }
  });

  it('stand in no column of any table', () => {
    expect(stored.get('payments.attestation')).toContain('bolli');
    expect(stored.get('engine.transition')).toContain('position.reported');
    const offences = [...stored].flatMap(([table, text]) => foundIn(text).map((needle) => `${table}: ${needle}`));
    expect(offences).toEqual([]);
  });

  it('stand in no job', async () => {
    const jobs = [...stored].filter(([table]) => table.startsWith('bullmq.'));
    expect(jobs.length).toBeGreaterThan(0);
    expect(jobs.flatMap(([, text]) => foundIn(text))).toEqual([]);
    const { rows } = await stack.pool.query<{ column: string }>(
      `select column_name as column from information_schema.columns where table_schema = 'bullmq' and column_name = 'data'`,
    );
    expect(rows).not.toEqual([]);
  });

  it('are neither printed nor logged', () => {
    expect(said.flatMap(foundIn)).toEqual([]);
  });

  it('stand in no URL', () => {
    expect(urls.flatMap(foundIn)).toEqual([]);
  });

  it('are opened by the key alone, and only where they belong', async () => {
    const { rows } = await stack.pool.query<{ sealed: Buffer }>(
      'select sealed from payments.payer where practice_id = $1',
      [body.practiceId],
    );
    const sealed = rows[0]?.sealed ?? Buffer.alloc(0);
    const context = `payer/${body.practiceId}`;
    expect(createSealer(KEY).open(sealed, context)).toEqual({ fiscalCode: TAX_CODE, email: EMAIL });
    expect(() => createSealer(randomBytes(32)).open(sealed, context)).toThrow(SealBroken);
    expect(() => createSealer(KEY).open(sealed, 'payer/another')).toThrow(SealBroken);
  });

  it('can be erased, and the payment goes on being shown', async () => {
    await stack.pool.query('delete from payments.payer where practice_id = $1', [body.practiceId]);
    const { status, body: view } = await stack.call<PracticeView>('GET', `/v1/practices/${body.practiceId}`);
    expect([status, view.state, view.payments.length]).toEqual([200, 'settled', 2]);
  });
});
