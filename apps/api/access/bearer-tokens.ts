import type { JWTPayload } from 'jose';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { Role } from '#libs/payments';
import { isRole } from '#libs/payments';
import type { JwtConfig } from '#libs/platform';
import type { Principal } from './principal.js';
import { callerOf } from './principal.js';

/** Signatures that only the issuer can make; whoever holds a public key can make an HMAC with it. */
const ALGORITHMS = ['RS256', 'ES256'];
/** What clocks may differ by. */
const TOLERANCE_SECONDS = 5;
const JWKS_TIMEOUT_MS = 3_000;

const FAULTS_OF_THE_TOKEN = [
  errors.JWTClaimValidationFailed,
  errors.JWTExpired,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
];

/** Whether a text could be a signed token. */
export const isTokenText = (text: string): boolean => /^eyJ[\w-]*\.[\w-]+\.[\w-]+$/.test(text);

/** Reads the tokens of one issuer. Its keys are fetched when first needed, and again when it signs with another. */
export class BearerTokens {
  private readonly keys: ReturnType<typeof createRemoteJWKSet>;

  /** @param pseudonymOf of a text that may name a person: the same for the same text, and not to be guessed back */
  constructor(
    private readonly config: JwtConfig,
    private readonly pseudonymOf: (text: string) => string,
  ) {
    this.keys = createRemoteJWKSet(new URL(config.jwksUrl), { timeoutDuration: JWKS_TIMEOUT_MS });
  }

  /**
   * Who presents a token; null when it is not to be believed.
   * @throws when the issuer's keys cannot be fetched, which says nothing about the token.
   */
  async read(token: string): Promise<Principal | null> {
    const { issuer, audience, profile } = this.config;
    const required = ['exp', 'iat', ...(profile === 'pdnd' ? ['purposeId', 'nbf'] : [])];
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: TOLERANCE_SECONDS,
        requiredClaims: required,
        ...(profile === 'pdnd' && { typ: 'at+jwt' }),
      });
      return this.principalOf(payload);
    } catch (error) {
      if (FAULTS_OF_THE_TOKEN.some((fault) => error instanceof fault)) return null;
      throw error;
    }
  }

  private principalOf(payload: JWTPayload): Principal | null {
    const client = clientOf(payload);
    const isVoucher = this.config.profile === 'pdnd';
    if (isVoucher && (client === null || typeof payload['purposeId'] !== 'string')) return null;
    const name = client ?? this.personOf(payload);
    if (name === null) return null;
    const subject = `jwt/${name}`;
    const roles = isVoucher
      ? rolesIn(this.config.clients.get(name))
      : rolesIn(claimOf(payload, this.config.rolesClaim));
    return { credential: subject, subject, roles, standsInForOperator: false, caller: callerOf(subject, roles) };
  }

  /** A person's `sub` may be a tax code or an address, so only a pseudonym goes into the history. */
  private personOf({ iss, sub }: JWTPayload): string | null {
    return sub ? this.pseudonymOf(`${iss ?? ''} ${sub}`) : null;
  }
}

/** The system that was given the token: `client_id` of a voucher and of RFC 9068, `azp` of OpenID Connect. */
function clientOf(payload: JWTPayload): string | null {
  const named = [payload['client_id'], payload['clientId'], payload['azp']].find((claim) => claim !== undefined);
  return typeof named === 'string' && /^[\w.:/@-]{1,100}$/.test(named) ? named : null;
}

function claimOf(payload: JWTPayload, path: string): unknown {
  const step = (value: unknown, name: string): unknown =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, name)
      ? (value as Record<string, unknown>)[name]
      : undefined;
  return path.split('.').reduce(step, payload);
}

/** A list of names or names between spaces; names that are no roles of ours are for somebody else. */
function rolesIn(claim: unknown): readonly Role[] {
  const names: unknown[] = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return [...new Set(names.filter(isRole))];
}
