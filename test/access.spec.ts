import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CryptoKey, JWTPayload } from 'jose';
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { HistoryItem, PracticeView, Problem, Role } from '#libs/payments';
import { practice } from './practice.fixture.js';
import type { Answer, Stack } from './stack.js';
import { eventually, startStack } from './stack.js';

/** Who may call, and how often: keys of the database, tokens of an issuer, quotas. Over HTTP, with a real key server. */

let stack: Stack;

const ask = <Body>(
  method: string,
  path: string,
  text: string | null,
  body?: unknown,
  more: Record<string, string> = {},
): Promise<Answer<Body>> =>
  stack.call<Body>(method, path, body, { ...(text !== null && { authorization: `Bearer ${text}` }), ...more });

describe('a key of the database', () => {
  beforeAll(async () => {
    stack = await startStack({ PORTOS_OPERATOR_KEY: 'key-of-an-operator' });
  }, 60_000);
  afterAll(() => stack.stop());

  const create = async (name: string, role: Role) => stack.payments.apiKeys.create(name, role);

  it('gives commands, and the history names it by its name', async () => {
    const { text } = await create('portos', 'service');
    const body = practice();
    const { body: view } = await ask<PracticeView>('POST', '/v1/practices', text, body);
    const history = await ask<{ items: HistoryItem[] }>(
      'GET',
      `/v1/payments/${view.payments[0]?.paymentId ?? ''}/history`,
      text,
    );
    expect(history.body.items[0]).toMatchObject({ source: 'api', actor: 'portos' });
  });

  it('is kept as a digest only', async () => {
    const { key, text } = await create('portos', 'service');
    const { rows } = await stack.pool.query<object>('select * from payments.api_key where key_id = $1', [key.keyId]);
    expect(JSON.stringify(rows)).not.toContain(text.slice(16));
    expect(rows).toHaveLength(1);
  });

  it('opens nothing with another secret, another id, or half of it', async () => {
    const [{ key, text }, other] = [await create('portos', 'service'), await create('portos', 'service')];
    for (const wrong of [
      `pk_${other.key.keyId}_${text.slice(16)}`,
      `${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`,
      text.slice(0, 30),
      key.keyId,
    ]) {
      expect((await ask('GET', '/v1/payments', wrong)).status).toBe(401);
    }
  });

  it('that is revoked opens nothing within seconds', async () => {
    const { key, text } = await create('guest', 'viewer');
    expect((await ask('GET', '/v1/payments', text)).status).toBe(200);
    expect(await stack.payments.apiKeys.revoke(key.keyId)).toBe(true);
    await eventually(
      async () => ((await ask('GET', '/v1/payments', text)).status === 401 ? true : null),
      'the revoked key opens nothing',
      6_000,
      200,
    );
  });

  it('of an operator changes what the queue board shows; of a viewer it looks', async () => {
    const [operator, viewer] = [await create('desk', 'operator'), await create('guest', 'viewer')];
    const pause = '/queues/api/queues/payment-commands/resume';
    expect((await ask('GET', '/queues/api/queues', viewer.text)).status).toBe(200);
    expect((await ask('PUT', pause, viewer.text, {})).status).toBe(403);
    expect((await ask('PUT', pause, operator.text, {})).status).toBe(200);
  });

  it('of an operator asks IRIS for a reason, which is recorded', async () => {
    const { text } = await create('desk', 'operator');
    const { body: view } = await stack.call<PracticeView>('POST', '/v1/practices', practice());
    const path = `/v1/payments/${view.payments[0]?.paymentId ?? ''}`;
    const without = await ask<Problem>('POST', `${path}/verify`, text);
    expect([without.status, without.body.errors?.[0]?.pointer]).toEqual([400, '/reason']);
    expect((await ask('POST', `${path}/verify`, text, { reason: 'il cittadino ha pagato' })).status).toBe(202);
    const { rows } = await stack.pool.query(
      `select source, actor, payload from engine.transition where type = 'verify.requested' and actor = 'desk'`,
    );
    expect(rows).toEqual([{ source: 'operator', actor: 'desk', payload: { reason: 'il cittadino ha pagato' } }]);
  });
});

describe('a token', () => {
  const AUDIENCE = 'portos-payments';
  let issuer: Server;
  let url = '';
  let rsa: CryptoKey;
  let ec: CryptoKey;
  let stranger: CryptoKey;

  beforeAll(async () => {
    const [one, two, three] = [
      await generateKeyPair('RS256'),
      await generateKeyPair('ES256'),
      await generateKeyPair('RS256'),
    ];
    [rsa, ec, stranger] = [one.privateKey, two.privateKey, three.privateKey];
    const keys = [
      { ...(await exportJWK(one.publicKey)), kid: 'rsa', alg: 'RS256' },
      { ...(await exportJWK(two.publicKey)), kid: 'ec', alg: 'ES256' },
    ];
    issuer = createServer((_, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => issuer.once('listening', resolve));
    url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => issuer.close(resolve)));

  interface Change {
    readonly claims?: Record<string, unknown>;
    readonly header?: { readonly alg?: string; readonly kid?: string; readonly typ?: string };
    readonly key?: CryptoKey | Uint8Array;
  }

  const nowSeconds = (): number => Math.floor(Date.now() / 1_000);
  const sign = ({ claims = {}, header = {}, key = rsa }: Change = {}): Promise<string> =>
    new SignJWT({
      iss: url,
      aud: AUDIENCE,
      sub: 'RSSMRA80A01H501U',
      iat: nowSeconds(),
      exp: nowSeconds() + 60,
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', kid: 'rsa', ...header })
      .sign(key);

  const environment = () => ({ JWT_ISSUER: url, JWT_AUDIENCE: AUDIENCE, JWT_JWKS_URL: `${url}/jwks` });

  describe('of a common issuer', () => {
    beforeAll(async () => {
      stack = await startStack({ ...environment(), JWT_ROLES_CLAIM: 'realm_access.roles' });
    }, 60_000);
    afterAll(() => stack.stop());

    const as = (...roles: string[]): JWTPayload => ({ realm_access: { roles } });

    it.each([
      ['RS256', () => sign({ claims: as('service') })],
      ['ES256', () => sign({ claims: as('service'), header: { alg: 'ES256', kid: 'ec' }, key: ec })],
    ])('signed by %s opens what its roles open', async (_, make) => {
      expect((await ask('POST', '/v1/practices', await make(), practice())).status).toBe(202);
    });

    it('of a viewer reads and commands nothing; without a role of ours it may nothing', async () => {
      const viewer = await sign({ claims: as('viewer', 'somebody-elses-role') });
      expect((await ask('GET', '/v1/payments', viewer)).status).toBe(200);
      expect((await ask('POST', '/v1/practices', viewer, practice())).status).toBe(403);
      expect((await ask('GET', '/v1/payments', await sign())).status).toBe(403);
    });

    it('names a client, or a person by a pseudonym: never what stands in sub', async () => {
      for (const [claims, actor] of [
        [{ azp: 'portos-backend' }, 'jwt/portos-backend'],
        [{}, expect.stringMatching(/^jwt\/[0-9a-f]{16}$/)],
      ] as const) {
        const token = await sign({ claims: { ...as('service'), ...claims } });
        const { body: view } = await ask<PracticeView>('POST', '/v1/practices', token, practice());
        const path = `/v1/payments/${view.payments[0]?.paymentId ?? ''}/history`;
        const { body } = await ask<{ items: HistoryItem[] }>('GET', path, token);
        expect(body.items[0]?.actor).toEqual(actor);
      }
    });

    it('has a pseudonym that nobody can guess who has no key of this installation', async () => {
      const token = await sign({ claims: as('service') });
      const { body: view } = await ask<PracticeView>('POST', '/v1/practices', token, practice());
      const path = `/v1/payments/${view.payments[0]?.paymentId ?? ''}/history`;
      const { body } = await ask<{ items: HistoryItem[] }>('GET', path, token);
      const { iss = '', sub = '' } = decodeJwt(token);
      const guess = createHash('sha256').update(`${iss} ${sub}`).digest('hex');
      expect(guess).not.toContain(body.items[0]?.actor?.replace('jwt/', ''));
    });

    it.each<[string, Change | (() => Change)]>([
      ['has expired', { claims: { exp: 1_000_000 } }],
      ['never expires', { claims: { exp: undefined } }],
      ['is for a later time', () => ({ claims: { nbf: nowSeconds() + 120 } })],
      ['is for somebody else', { claims: { aud: 'another-service' } }],
      ['is from somebody else', { claims: { iss: 'https://elsewhere.example.org' } }],
      ['is signed by a stranger', () => ({ key: stranger })],
      ['is signed with what is no secret', { header: { alg: 'HS256' }, key: Buffer.alloc(32, 'portos-payments') }],
    ])('that %s opens nothing', async (_, change) => {
      const made = typeof change === 'function' ? change() : change;
      const claims = { ...as('service', 'admin'), ...made.claims };
      expect((await ask('GET', '/v1/payments', await sign({ ...made, claims }))).status).toBe(401);
    });

    it('that is not signed at all opens nothing', async () => {
      const [, payload = ''] = (await sign({ claims: as('admin') })).split('.');
      const header = Buffer.from('{"alg":"none"}').toString('base64url');
      for (const token of [`${header}.${payload}.`, `${header}.${payload}.AA`]) {
        expect((await ask('GET', '/v1/payments', token)).status).toBe(401);
      }
    });
  });

  describe('of PDND, a voucher', () => {
    beforeAll(async () => {
      stack = await startStack({
        ...environment(),
        JWT_PROFILE: 'pdnd',
        PDND_CLIENTS: 'client-1:service,client-2:viewer',
      });
    }, 60_000);
    afterAll(() => stack.stop());

    const voucher = (client: string, claims: Record<string, unknown> = {}, typ = 'at+jwt'): Promise<string> =>
      sign({
        claims: { client_id: client, purposeId: 'p-1', nbf: nowSeconds(), roles: ['admin'], ...claims },
        header: { typ },
      });

    it('opens what its client may; what it says of roles itself counts for nothing', async () => {
      expect((await ask('POST', '/v1/practices', await voucher('client-1'), practice())).status).toBe(202);
      expect((await ask('POST', '/v1/practices', await voucher('client-2'), practice())).status).toBe(403);
      expect((await ask('GET', '/v1/payments', await voucher('client-3'))).status).toBe(403);
    });

    it('without a purpose, a client or the right type opens nothing', async () => {
      for (const token of [
        await voucher('client-1', { purposeId: undefined }),
        await voucher('client-1', { client_id: undefined }),
        await voucher('client-1', {}, 'JWT'),
      ]) {
        expect((await ask('GET', '/v1/payments', token)).status).toBe(401);
      }
    });
  });

  it('whose issuer cannot be reached is not refused: nobody knows whose it is', async () => {
    stack = await startStack({ ...environment(), JWT_JWKS_URL: 'http://127.0.0.1:9/jwks' });
    try {
      const answer = await ask<Problem>('GET', '/v1/payments', await sign());
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    } finally {
      await stack.stop();
    }
  }, 60_000);
});

describe('quotas', () => {
  beforeAll(async () => {
    stack = await startStack({
      RATE_LIMIT_PER_MINUTE: '5',
      AUTH_FAILURES_PER_MINUTE: '3',
      TRUSTED_PROXIES: '1',
      PORTOS_OPERATOR_KEY: 'key-of-an-operator',
    });
  }, 60_000);
  afterAll(() => stack.stop());

  const quotaOf = ({ headers }: Answer<unknown>) =>
    ['limit', 'remaining', 'reset'].map((name) => headers.get(`x-ratelimit-${name}`));

  it('are counted on every answer of the API, whatever it is, and nothing of it is kept by a cache', async () => {
    const { text } = await stack.payments.apiKeys.create('portos', 'service');
    const answers = [
      await ask('GET', '/v1/payments', text),
      await ask('GET', '/v1/no/such/path', text),
      await ask('POST', '/v1/practices', text, {}),
      await stack.call('POST', '/v1/practices', '{', {
        authorization: `Bearer ${text}`,
        'content-type': 'application/json',
      }),
      await ask('POST', '/v1/incidents/x/redrive', text),
      await ask<Problem>('GET', '/v1/payments', text),
      await ask('GET', '/v1/payments', null, undefined, { 'x-forwarded-for': '192.0.2.1' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 400, 400, 403, 429, 401]);
    expect(answers.map((answer) => quotaOf(answer)[1])).toEqual(['4', '3', '2', '1', '0', '0', '2']);
    for (const answer of answers) {
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(Number(quotaOf(answer)[2])).toBeGreaterThan(0);
      expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.ts:|\.js:|select /);
    }
    const tooMany = answers[5];
    expect(tooMany?.headers.get('content-type')).toContain('application/problem+json');
    expect(tooMany?.headers.get('retry-after')).toBe(quotaOf(tooMany as Answer<unknown>)[2]);
  });

  it('of one caller leave the others alone', async () => {
    const [one, other] = [
      await stack.payments.apiKeys.create('one', 'viewer'),
      await stack.payments.apiKeys.create('other', 'viewer'),
    ];
    for (let request = 0; request < 5; request += 1) await ask('GET', '/v1/machines', one.text);
    expect((await ask('GET', '/v1/machines', one.text)).status).toBe(429);
    expect((await ask('GET', '/v1/machines', other.text)).status).toBe(200);
  });

  it('of failures stop who guesses, though he guesses right; not who called before, nor another address', async () => {
    const from = (address: string) => ({ 'x-forwarded-for': address });
    const [known, fresh] = [
      await stack.payments.apiKeys.create('known', 'viewer'),
      await stack.payments.apiKeys.create('fresh', 'viewer'),
    ];
    const look = async (text: string, address: string): Promise<number> =>
      (await ask('GET', '/v1/machines', text, undefined, from(address))).status;
    expect(await look(known.text, '198.51.100.7')).toBe(200);
    const guesses = [];
    for (let guess = 0; guess < 4; guess += 1) guesses.push(await look(`guess-${guess}`, '198.51.100.7'));
    expect(guesses).toEqual([401, 401, 401, 429]);
    expect(await look(fresh.text, '198.51.100.7')).toBe(429);
    expect(await look(known.text, '198.51.100.7')).toBe(200);
    expect(await look(fresh.text, '198.51.100.8')).toBe(200);
  });
});
