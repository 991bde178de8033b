import { isIP } from 'node:net';
import type { NextFunction, Request, Response } from 'express';
import type { EngineLog } from '#libs/engine';
import type { AdmittedRequest } from '../access/roles.js';
import { loggedAddress } from './logged-address.js';
import { requestIdOf } from './request-id.js';

/** Where the lines go. Any pino logger fits. */
export type RequestLog = EngineLog;

/** One line of the access log: what ModI asks for (RAC_GEN_LOG_01), and how long it took. */
export interface AccessLine {
  /** When the request arrived, RFC 3339 in UTC; the line itself is written, and dated, when it ends. */
  readonly receivedAt: string;
  readonly method: string;
  /** Its path; values of its query and segments that may be anything are a `*`. */
  readonly uri: string;
  /** The route that took it, `/v1/payments/:paymentId`; null when none did. */
  readonly route: string | null;
  /** Null when the caller hung up before the answer. */
  readonly status: number | null;
  /** Where it came from; behind proxies only as far as `TRUSTED_PROXIES` says to believe them. */
  readonly client: string;
  /** Who called, as his key or token says; null for nobody known. Never the key. */
  readonly caller: string | null;
  readonly requestId: string;
  readonly durationMs: number;
}

type Level = 'debug' | 'info' | 'warn' | 'error';

/** Asked every few seconds by machines that watch the service. */
const PROBES: ReadonlySet<string> = new Set(['/status', '/health/live', '/health/ready', '/metrics']);
/** Somebody wanted in who may not, or came too often. */
const TURNED_AWAY: ReadonlySet<number> = new Set([401, 403, 429]);

/** Tells of every request when it ends, those included that no route ever saw. Stands before everything else. */
export function watchRequests(hear: (line: AccessLine) => void) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const [receivedAt, beganMs] = [new Date().toISOString(), performance.now()];
    response.once('close', () => {
      hear({
        receivedAt,
        ...askedBy(request),
        status: isAnswered(request, response) ? response.statusCode : null,
        client: clientOf(request),
        caller: callerOf(request, response),
        requestId: requestIdOf(request) ?? 'unknown',
        durationMs: Math.round((performance.now() - beganMs) * 10) / 10,
      });
    });
    next();
  };
}

/** Writes each down. */
export const accessLog =
  (log: RequestLog) =>
  (line: AccessLine): void =>
    log[levelOf(line)]({ ...line }, `${line.method} ${line.uri} ${line.status ?? 'hung up'}`);

function askedBy(request: Request): Pick<AccessLine, 'method' | 'uri' | 'route'> {
  const { path } = (request.route ?? {}) as { readonly path?: unknown };
  return {
    method: request.method,
    uri: loggedAddress(request.originalUrl),
    route: typeof path === 'string' ? path : null,
  };
}

/** What is written to a caller who hung up while he spoke reaches nobody, though it was written. */
const isAnswered = (request: Request, response: Response): boolean =>
  response.writableFinished && !request.readableAborted;

/** What a proxy says is a text like any other until it is an address. */
function clientOf({ ip, socket }: Request): string {
  return ip !== undefined && isIP(ip) !== 0 ? ip : (socket.remoteAddress ?? 'unknown');
}

/** A route that knows its caller without a key says so itself. */
function callerOf(request: AdmittedRequest, { locals }: Response): string | null {
  const { caller } = locals as { readonly caller?: unknown };
  return request.principal?.subject ?? (typeof caller === 'string' ? caller : null);
}

function levelOf({ status, uri }: AccessLine): Level {
  if (status !== null && status >= 500) return 'error';
  if (status !== null && TURNED_AWAY.has(status)) return 'warn';
  return PROBES.has(uri) && status === 200 ? 'debug' : 'info';
}
