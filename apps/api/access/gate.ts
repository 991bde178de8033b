import { Logger } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import ipaddr from 'ipaddr.js';
import type { Problem } from '#libs/payments';
import { problem } from '#libs/payments';
import type { AccessConfig } from '#libs/platform';
import { sendProblem } from '../http/problem.js';
import { UNAUTHENTICATED } from '../http/problem.filter.js';
import type { Authenticator } from './authenticator.js';
import { digestOf } from './authenticator.js';
import type { Principal } from './principal.js';
import type { QuotaLeft } from './quota.js';
import { Quota } from './quota.js';
import type { AdmittedRequest } from './roles.js';
import { fromRequest } from './roles.js';

/** Who is at the gate: somebody known, somebody unknown, or one who may not even be looked at for now. */
export type Arrived =
  | { readonly kind: 'known'; readonly principal: Principal }
  | { readonly kind: 'unknown' | 'tooMany'; readonly left: QuotaLeft | null };

const TRUSTED_FOR_MS = 10 * 60_000;
const MOST_TRUSTED = 10_000;

/**
 * Stands before every route of the API, and before its bodies are read: finds out who calls, and counts. What a caller
 * may do is decided at the route (`AccessGuard`).
 */
export class Gate {
  private readonly logger = new Logger('access');
  private readonly requests: Quota;
  private readonly failures: Quota;
  /** Digests of what opened the gate of late: whoever presents it is no guesser, whatever comes from his address. */
  private readonly trusted = new Map<string, number>();

  constructor(
    private readonly authenticator: Authenticator,
    limits: Pick<AccessConfig, 'requestsPerMinute' | 'failuresPerMinute'>,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.requests = new Quota(limits.requestsPerMinute);
    this.failures = new Quota(limits.failuresPerMinute);
  }

  readonly handle = (request: Request, response: Response, next: NextFunction): void => {
    this.admit(request as AdmittedRequest, response).then(
      (isAdmitted) => {
        if (isAdmitted) next();
      },
      (error: unknown) => this.excuse(response, error),
    );
  };

  /**
   * @param text the key or token, without its scheme
   * @param address where the request came from
   * @throws when it cannot be found out now
   */
  async identify(text: string, address: string): Promise<Arrived> {
    const digest = digestOf(text);
    const next = await this.failures.look(address);
    if (next?.isExceeded && !this.isTrusted(digest)) return { kind: 'tooMany', left: next };
    const principal = await this.authenticator.identify(text);
    if (!principal) return { kind: 'unknown', left: await this.failures.take(address) };
    this.trust(digest);
    return { kind: 'known', principal };
  }

  /** The answer to a request that came while it could not be found out who calls. */
  excuse(response: Response, error: unknown): void {
    this.logger.warn(`who calls cannot be found out: ${error instanceof Error ? error.message : String(error)}`);
    sendProblem(response, UNKNOWABLE, { 'Retry-After': '5' });
  }

  private async admit(request: AdmittedRequest, response: Response): Promise<boolean> {
    const arrived = await this.identify(bearerOf(request), addressOf(request));
    if (arrived.kind !== 'known') {
      refuse(response, arrived);
      return false;
    }
    const { principal } = arrived;
    request.principal = { ...principal, caller: { ...principal.caller, ...fromRequest(request) } };
    const left = await this.requests.take(principal.credential);
    setQuota(response, left);
    if (left?.isExceeded) {
      sendProblem(response, tooMany(left), { 'Retry-After': String(left.resetSeconds) });
      return false;
    }
    return true;
  }

  private isTrusted(digest: string): boolean {
    return (this.trusted.get(digest) ?? 0) > this.now();
  }

  private trust(digest: string): void {
    if (this.trusted.size >= MOST_TRUSTED) this.trusted.clear();
    this.trusted.set(digest, this.now() + TRUSTED_FOR_MS);
  }
}

/** Says no to whom the gate does not know, and how to be known. */
export function refuse(
  response: Response,
  { kind, left }: Exclude<Arrived, { readonly kind: 'known' }>,
  body: Problem = UNAUTHENTICATED,
  challenge = 'Bearer realm="portos-payments"',
): void {
  setQuota(response, left);
  if (kind === 'tooMany' && left) {
    sendProblem(response, tooMany(left), { 'Retry-After': String(left.resetSeconds) });
  } else {
    sendProblem(response, body, { 'WWW-Authenticate': challenge });
  }
}

/** As some proxies write it: `192.0.2.7:4711`, `[2001:db8::1]:4711`. */
const WITH_PORT = /^(?:(\d+\.\d+\.\d+\.\d+)|\[(.*)\])(?::\d+)?$/;

/** Where a request came from, for counting: of IPv6 the network of 64 bits, any address of which one customer may take. */
export function addressOf({ ip = '' }: Pick<Request, 'ip'>): string {
  const bare = ip.replace(WITH_PORT, '$1$2');
  if (!ipaddr.isValid(bare)) return 'unknown';
  const address = ipaddr.process(bare); // one of IPv4, however it was written, is counted as such
  return address instanceof ipaddr.IPv6
    ? ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/64`).toString()
    : address.toString();
}

function bearerOf({ headers }: Request): string {
  const [scheme = '', text = ''] = (headers.authorization ?? '').split(' ', 2);
  return scheme.toLowerCase() === 'bearer' ? text : '';
}

/** ModI: how many a minute, how many are left, and in how many seconds the count begins anew. */
function setQuota(response: Response, left: QuotaLeft | null): void {
  if (!left) return;
  response.setHeader('X-RateLimit-Limit', String(left.limit));
  response.setHeader('X-RateLimit-Remaining', String(left.remaining));
  response.setHeader('X-RateLimit-Reset', String(left.resetSeconds));
}

const tooMany = ({ limit, resetSeconds: retryAfterSeconds }: QuotaLeft) =>
  problem(
    429,
    'too-many-requests',
    'Too many requests',
    `No more than ${limit} a minute are taken. Try again in ${retryAfterSeconds} s.`,
    { retryAfterSeconds },
  );

const UNKNOWABLE = problem(
  503,
  'unavailable',
  'Not available',
  'It cannot be found out now whose key or token this is. Nothing was done; try again later.',
);
