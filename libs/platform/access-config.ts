import type { Environment, EnvironmentReader } from './environment.js';

/** Who may call the API beside the two keys of the environment, and how often. Durations are milliseconds. */
export interface AccessConfig {
  /** Requests a minute for one key or token's subject; 0 = no limit. */
  readonly requestsPerMinute: number;
  /** Attempts with a wrong key or token, a minute and address, before further unknown ones are not even looked at; 0 = no limit. */
  readonly failuresPerMinute: number;
  /** How many proxies stand before the API, each of which says by X-Forwarded-For whom it speaks for. */
  readonly trustedProxies: number;
  /** For so long the answer to an Idempotency-Key is given again. */
  readonly idempotencyKeptMs: number;
  /** null: no tokens are accepted. */
  readonly jwt: JwtConfig | null;
}

/** Whose tokens are accepted (RFC 7519), and what they must say. */
export interface JwtConfig {
  readonly issuer: string;
  readonly audience: string;
  /** Where the issuer publishes its keys (RFC 7517). */
  readonly jwksUrl: string;
  /** Which claim names the roles; a dot leads into an object. */
  readonly rolesClaim: string;
  /** `pdnd`: a voucher of the national interoperability platform; then `clients` gives the roles. */
  readonly profile: 'standard' | 'pdnd';
  /** Client id to role. */
  readonly clients: ReadonlyMap<string, string>;
}

const DAY = 86_400_000;
const ROLES = ['service', 'viewer', 'operator', 'admin'];
const PLAIN = { pattern: /^[\x21-\x7e]{1,300}$/, expected: 'plain characters without a space, 300 at most' };
const CLAIM = {
  pattern: /^[A-Za-z0-9_:/-]+(\.[A-Za-z0-9_:/-]+)*$/,
  expected: 'the name of a claim, such as roles or realm_access.roles',
};

export function readAccess(reader: EnvironmentReader, environment: Environment): AccessConfig {
  return {
    requestsPerMinute: reader.whole('RATE_LIMIT_PER_MINUTE', 6000, 0, 1_000_000),
    failuresPerMinute: reader.whole('AUTH_FAILURES_PER_MINUTE', 60, 0, 1_000_000),
    trustedProxies: reader.whole('TRUSTED_PROXIES', 0, 0, 10),
    idempotencyKeptMs: reader.duration('IDEMPOTENCY_KEPT', 30 * DAY, 1_000),
    jwt: readJwt(reader, environment),
  };
}

const TOGETHER = ['JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_JWKS_URL'] as const;

function readJwt(reader: EnvironmentReader, environment: Environment): JwtConfig | null {
  const jwt: JwtConfig = {
    issuer: reader.text('JWT_ISSUER', '', PLAIN),
    audience: reader.text('JWT_AUDIENCE', '', PLAIN),
    jwksUrl: reader.address('JWT_JWKS_URL', ['http:', 'https:']) ?? '',
    rolesClaim: reader.text('JWT_ROLES_CLAIM', 'roles', CLAIM),
    profile: reader.oneOf('JWT_PROFILE', ['standard', 'pdnd'], 'standard'),
    clients: readClients(reader),
  };
  const given = TOGETHER.filter((variable) => reader.optional(variable) !== null);
  if (given.length === 0) {
    for (const variable of ['JWT_ROLES_CLAIM', 'JWT_PROFILE', 'PDND_CLIENTS']) {
      if (reader.optional(variable) !== null) reader.refuse(variable, `needs ${TOGETHER.join(', ')} to be set too`);
    }
    return null;
  }
  for (const variable of TOGETHER.filter((name) => !given.includes(name))) {
    reader.refuse(variable, `must be set too, because ${given.join(' and ')} ${given.length > 1 ? 'are' : 'is'}`);
  }
  if (environment['NODE_ENV'] === 'production' && jwt.jwksUrl.startsWith('http:')) {
    reader.refuse('JWT_JWKS_URL', 'must be https in production: whoever can change the keys can call as anybody');
  }
  const hasClients = jwt.clients.size > 0;
  if (jwt.profile === 'pdnd' && !hasClients && reader.optional('PDND_CLIENTS') === null) {
    reader.refuse('PDND_CLIENTS', 'must be set too, because JWT_PROFILE is pdnd: which client has which role');
  }
  if (jwt.profile !== 'pdnd' && hasClients) reader.refuse('PDND_CLIENTS', 'needs JWT_PROFILE=pdnd');
  return jwt;
}

function readClients(reader: EnvironmentReader): ReadonlyMap<string, string> {
  const value = reader.optional('PDND_CLIENTS');
  const pairs = (value?.split(',') ?? []).map((pair) => pair.trim().split(':'));
  const isWellFormed = pairs.every(
    ([client = '', role = '', ...more]) =>
      /^[A-Za-z0-9._-]{1,100}$/.test(client) && ROLES.includes(role) && more.length === 0,
  );
  if (isWellFormed) return new Map(pairs as [string, string][]);
  reader.refuse('PDND_CLIENTS', `must be a comma list of <clientId>:<role>, a role being one of ${ROLES.join(', ')}`);
  return new Map();
}
