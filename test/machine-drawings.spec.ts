import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Stack } from './stack.js';
import { startStack } from './stack.js';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ CHOICE_TIMEOUT: 'PT7M' });
}, 60_000);

afterAll(() => stack.stop());

describe('the drawing of a running machine', () => {
  it('is an SVG that a browser shows, with the delays of this installation', async () => {
    const { status, headers, body } = await stack.call<string>('GET', '/v1/machines/payment.svg');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('image/svg+xml; charset=utf-8');
    expect(headers.get('content-security-policy')).toContain("style-src 'self' https: 'unsafe-inline'");
    expect(body).toMatch(/^<svg /);
    expect(body).toContain('data-state="redirected.choosing"');
    expect(body).toContain('after CHOICE_TIMEOUT (7 min)');
  });

  it('does not hide the machine itself', async () => {
    expect((await stack.call('GET', '/v1/machines/payment')).body).toMatchObject({ name: 'payment', version: 1 });
  });

  it('of an unknown machine is a 404, and without a key a 401', async () => {
    const unknown = await stack.call('GET', '/v1/machines/unknown.svg');
    expect(unknown.status).toBe(404);
    expect(unknown.headers.get('content-type')).toContain('application/problem+json');
    expect(unknown.body).toMatchObject({ status: 404, detail: 'There is no such machine; check the identifier.' });
    expect((await stack.call('GET', '/v1/machines/payment.svg', undefined, {})).status).toBe(401);
  });
});
