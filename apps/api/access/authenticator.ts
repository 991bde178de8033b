import { createHash } from 'node:crypto';
import type { ApiKey, ApiKeyRegister } from '#libs/payments';
import { isKeyText } from '#libs/payments';
import type { JwtConfig } from '#libs/platform';
import { BearerTokens, isTokenText } from './bearer-tokens.js';
import { KeyCache } from './key-cache.js';
import type { Principal } from './principal.js';
import { callerOf } from './principal.js';
import { isSameSecret } from './same-secret.js';

/** The keys that the environment names. */
export interface EnvironmentKeys {
  readonly apiKey: string;
  /** null: whoever has `apiKey` also decides what an operator decides. */
  readonly operatorKey: string | null;
}

/** Who presents a key or token. */
export class Authenticator {
  private readonly cache: KeyCache;
  private readonly tokens: BearerTokens | null;

  constructor(
    private readonly keys: EnvironmentKeys,
    register: Pick<ApiKeyRegister, 'find'>,
    jwt: JwtConfig | null,
    pseudonymOf: (text: string) => string,
  ) {
    this.cache = new KeyCache(register);
    this.tokens = jwt && new BearerTokens(jwt, pseudonymOf);
  }

  /**
   * @param text what was presented, without its scheme; null when it opens nothing
   * @throws when it cannot be found out now: the database, or the issuer of tokens, cannot be reached
   */
  async identify(text: string): Promise<Principal | null> {
    if (text === '') return null;
    const { apiKey, operatorKey } = this.keys;
    if (operatorKey !== null && isSameSecret(text, operatorKey)) return OPERATOR;
    if (isSameSecret(text, apiKey)) return { ...PORTOS, standsInForOperator: operatorKey === null };
    if (isKeyText(text)) {
      const key = await this.cache.find(text, digestOf(text));
      return key && holderOf(key);
    }
    return this.tokens && isTokenText(text) ? this.tokens.read(text) : null;
  }
}

const PORTOS: Principal = {
  credential: 'env/api-key',
  subject: 'env/api-key',
  roles: ['service'],
  standsInForOperator: false,
  caller: callerOf('api-key', ['service']),
};

const OPERATOR: Principal = {
  credential: 'env/operator-key',
  subject: 'env/operator-key',
  roles: ['operator'],
  standsInForOperator: false,
  caller: callerOf('operator-key', ['operator']),
};

const holderOf = ({ keyId, name, role }: ApiKey): Principal => ({
  credential: `key/${keyId}`,
  subject: `key/${name}`,
  roles: [role],
  standsInForOperator: false,
  caller: callerOf(name, [role]),
});

/** Stands for a secret where the secret itself must not be kept. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64');
