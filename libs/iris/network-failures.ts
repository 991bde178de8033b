import { types } from 'node:util';

/** What Node adds to the errors of its sockets, and to several of them gathered in one. */
interface NetworkError extends Error {
  readonly code?: string;
  readonly syscall?: string;
  readonly errors?: readonly unknown[];
}

/** Where the connection is made; an error there means that nothing was written to it. */
const BEFORE_THE_CONNECTION = new Set(['connect', 'getaddrinfo']);

/** The TLS handshake failed, and the request is written only after it. */
const BEFORE_THE_REQUEST = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
  'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
]);

/** Node gives this one no code of its own, only that of any other reset. */
const CUT_DURING_HANDSHAKE = 'before secure TLS connection was established';

/**
 * Whether a failed `fetch` proves that the request never left: the name was not found, nobody listened, or TLS was
 * not agreed on. Everything else, a timeout or a reset above all, proves nothing.
 */
export function isUnreached(error: unknown): boolean {
  if (!types.isNativeError(error)) return false;
  const { code, syscall, errors }: NetworkError = error;
  // Every address of a name may have been tried: all must have failed so early.
  if (errors !== undefined && errors.length > 0) return errors.every(isUnreached);
  if (syscall !== undefined && BEFORE_THE_CONNECTION.has(syscall)) return true;
  if (code !== undefined && BEFORE_THE_REQUEST.has(code)) return true;
  return error.message.includes(CUT_DURING_HANDSHAKE) || isUnreached(error.cause);
}
