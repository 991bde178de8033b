import { describe, expect, it } from '@jest/globals';
import { ConfigurationFaulty, readConfig } from './config.js';
import type { Environment } from './environment.js';

const ISSUER = {
  JWT_ISSUER: 'https://id.example.it',
  JWT_AUDIENCE: 'portos-payments',
  JWT_JWKS_URL: 'https://id.example.it/jwks',
};

function faultsOf(environment: Environment): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationFaulty) return error.faults.map(({ variable }) => variable).sort();
    throw error;
  }
}

describe('who may call the API', () => {
  it('is by default whoever has a key; answers are kept thirty days', () => {
    expect(readConfig({}).access).toEqual({
      requestsPerMinute: 6000,
      failuresPerMinute: 60,
      trustedProxies: 0,
      idempotencyKeptMs: 30 * 86_400_000,
      jwt: null,
    });
  });

  it('is also whoever has a token of the configured issuer', () => {
    expect(readConfig({ ...ISSUER, JWT_ROLES_CLAIM: 'realm_access.roles' }).access.jwt).toEqual({
      issuer: 'https://id.example.it',
      audience: 'portos-payments',
      jwksUrl: 'https://id.example.it/jwks',
      rolesClaim: 'realm_access.roles',
      profile: 'standard',
      clients: new Map(),
    });
  });

  it('is, by PDND vouchers, the clients that are listed', () => {
    const environment = { ...ISSUER, JWT_PROFILE: 'pdnd', PDND_CLIENTS: 'c-1:service, c-2:viewer' };
    expect(readConfig(environment).access.jwt?.clients).toEqual(
      new Map([
        ['c-1', 'service'],
        ['c-2', 'viewer'],
      ]),
    );
  });

  it.each<[string, Environment, string[]]>([
    ['half an issuer', { JWT_ISSUER: 'https://id.example.it' }, ['JWT_AUDIENCE', 'JWT_JWKS_URL']],
    ['a profile without an issuer', { JWT_PROFILE: 'pdnd' }, ['JWT_PROFILE']],
    ['vouchers without clients', { ...ISSUER, JWT_PROFILE: 'pdnd' }, ['PDND_CLIENTS']],
    ['clients without vouchers', { ...ISSUER, PDND_CLIENTS: 'c-1:service' }, ['PDND_CLIENTS']],
    ['a client of no known role', { ...ISSUER, JWT_PROFILE: 'pdnd', PDND_CLIENTS: 'c-1:god' }, ['PDND_CLIENTS']],
    ['answers kept for no time', { IDEMPOTENCY_KEPT: '0' }, ['IDEMPOTENCY_KEPT']],
    [
      'limits that are no numbers',
      { AUTH_FAILURES_PER_MINUTE: 'few', TRUSTED_PROXIES: 'all' },
      ['AUTH_FAILURES_PER_MINUTE', 'TRUSTED_PROXIES'],
    ],
  ])('%s is refused', (_, environment, faults) => {
    expect(faultsOf(environment)).toEqual(faults);
  });

  it('keys are fetched over https in production', () => {
    const environment = { ...ISSUER, JWT_JWKS_URL: 'http://id.example.it/jwks', NODE_ENV: 'production' };
    expect(faultsOf(environment)).toContain('JWT_JWKS_URL');
  });
});
