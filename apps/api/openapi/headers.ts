const number = { type: 'integer', format: 'int32', minimum: 0 } as const;

/** The headers of answers. Those of the quota are not sent where there is none (`RATE_LIMIT_PER_MINUTE=0`). */
export const headers = {
  RateLimitLimit: { description: 'Requests that this caller has in a minute.', schema: number, example: 6000 },
  RateLimitRemaining: { description: 'Requests that are left.', schema: number, example: 5999 },
  RateLimitReset: { description: 'Seconds until the count begins anew.', schema: number, example: 60 },
  RetryAfter: {
    description: 'Seconds to wait before trying again.',
    required: true,
    schema: { ...number, minimum: 1 },
    example: 5,
  },
  RetryAfterWhenEarly: {
    description: 'Seconds to wait before trying again; sent only when it is merely too early.',
    schema: { ...number, minimum: 1 },
    example: 2,
  },
  CacheControl: {
    description: 'Always `no-store`: nothing of it is kept on the way.',
    required: true,
    schema: { type: 'string', enum: ['no-store'] },
    example: 'no-store',
  },
  IdempotentReplayed: {
    description: '`true` on the first answer given again to the same Idempotency-Key; else not sent.',
    schema: { type: 'string', enum: ['true'] },
    example: 'true',
  },
  Location: {
    description: 'Where the practice is read.',
    required: true,
    schema: { type: 'string', format: 'uri-reference' },
    example: '/v1/practices/PORTOS-2026-000123',
  },
  ReturnLocation: {
    description: 'The return address of the practice, with `paymentId`.',
    required: true,
    schema: { type: 'string', format: 'uri' },
    example: 'https://portos.example.org/pratiche?paymentId=pay_0123456789abcdef0123456789abcdef',
  },
  ContentDisposition: {
    description: 'To be saved under this name, which holds no personal data.',
    required: true,
    schema: { type: 'string' },
    example: 'attachment; filename="marca-da-bollo-01000000000012345.xml"',
  },
  WwwAuthenticate: {
    description: 'How to be known (RFC 6750).',
    required: true,
    schema: { type: 'string' },
    example: 'Bearer realm="portos-payments"',
  },
} as const;

type HeaderName = keyof typeof headers;

const to = (name: HeaderName) => ({ $ref: `#/components/headers/${name}` });

/** How much of the caller's quota is left (ModI). */
export const quotaHeaders = {
  'X-RateLimit-Limit': to('RateLimitLimit'),
  'X-RateLimit-Remaining': to('RateLimitRemaining'),
  'X-RateLimit-Reset': to('RateLimitReset'),
};
export const cacheHeader = { 'Cache-Control': to('CacheControl') };
export const retryHeader = { 'Retry-After': to('RetryAfter') };
export const earlyHeader = { 'Retry-After': to('RetryAfterWhenEarly') };
export const replayHeader = { 'Idempotent-Replayed': to('IdempotentReplayed') };
export const locationHeader = { Location: to('Location') };
export const returnHeader = { Location: to('ReturnLocation') };
export const dispositionHeader = { 'Content-Disposition': to('ContentDisposition') };
export const challengeHeader = { 'WWW-Authenticate': to('WwwAuthenticate') };
