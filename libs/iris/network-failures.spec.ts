import { describe, expect, it } from '@jest/globals';
import { isUnreached } from './network-failures.js';

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' });

describe('a failure proves that IRIS was never reached', () => {
  it.each<[string, unknown]>([
    ['nobody listened', refused],
    [
      'it happened while connecting, whatever it was',
      Object.assign(new Error('x'), { code: 'ENETUNREACH', syscall: 'connect' }),
    ],
    ['the name server did not answer', Object.assign(new Error('x'), { code: 'EAI_AGAIN', syscall: 'getaddrinfo' })],
    ['the connection was not made in time', Object.assign(new Error('x'), { code: 'UND_ERR_CONNECT_TIMEOUT' })],
    ['its certificate is not trusted', Object.assign(new Error('x'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' })],
    ['no address of the name listened', new AggregateError([refused, refused])],
  ])('if %s', (_, cause) => {
    expect(isUnreached(new TypeError('fetch failed', { cause }))).toBe(true);
  });
});

describe('a failure proves nothing', () => {
  it.each<[string, unknown]>([
    ['if the connection was reset', reset],
    ['if one address was reached', new AggregateError([refused, reset])],
    ['if the route was lost while reading', Object.assign(new Error('x'), { code: 'EHOSTUNREACH', syscall: 'read' })],
    ['if the other side closed', Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' })],
    ['if its cause is unknown', undefined],
    ['if it is not an error at all', { code: 'ECONNREFUSED', syscall: 'connect' }],
  ])('%s', (_, cause) => {
    expect(isUnreached(new TypeError('fetch failed', { cause }))).toBe(false);
  });
});
