import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { EVENT_TYPES } from '#libs/payments';
import type { PaymentsEventType, WebhookRefusal } from './index.js';
import { verifyWebhook, WebhookRefused } from './index.js';

const secretOf = (letter: string): string => `whsec_${Buffer.from(letter.repeat(32)).toString('base64')}`;
const [SECRET, FORMER, FOREIGN] = ['a', 'b', 'c'].map(secretOf) as [string, string, string];
const MINUTE = 60_000;

const EVENT = {
  specversion: '1.0',
  id: 'evt_1',
  source: 'https://payments.example.org',
  type: 'it.toscana.portos.payment.paid.v1',
  subject: 'pay_1',
  time: '2026-03-02T09:00:00.000Z',
  sequence: '0000000000000000007',
  datacontenttype: 'application/json',
  data: { paymentId: 'pay_1', message: { it: 'È pagato.' } },
};
const BODY = JSON.stringify(EVENT);

/** The headers PORTOS sends: signed by each secret that is live. */
function signed(body: string, secrets = [SECRET], at = new Date()): Record<string, string> {
  return {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign('evt_1', at, body)).join(' '),
  };
}

function refusal(run: () => unknown): WebhookRefused {
  try {
    run();
  } catch (error) {
    if (error instanceof WebhookRefused) return error;
    throw error;
  }
  throw new Error('it was believed');
}

describe('a webhook message', () => {
  it.each([
    ['text and plain headers', BODY, signed(BODY)],
    ['bytes and the headers of fetch', Buffer.from(BODY), new Headers(signed(BODY))],
    ['bytes of a plain array and headers in any case', new TextEncoder().encode(BODY), upperCased(signed(BODY))],
    ['and the headers of Node, lists among them', BODY, { ...signed(BODY), 'set-cookie': ['a', 'b'] }],
  ])('that is signed gives its event, from %s', (_, body, headers) => {
    expect(verifyWebhook(body, headers, SECRET)).toEqual(EVENT);
  });

  it('is told apart by its type', () => {
    const event = verifyWebhook(BODY, signed(BODY), SECRET);
    const told = event.type === 'it.toscana.portos.practice.settled.v1' ? event.data.payments : event.data.message.it;
    expect(told).toBe('È pagato.');
  });

  it('is believed while a secret is exchanged, whichever of the two the receiver has', () => {
    const headers = signed(BODY, [SECRET, FORMER]);
    for (const known of [SECRET, FORMER, [FOREIGN, FORMER]]) expect(verifyWebhook(BODY, headers, known)).toEqual(EVENT);
    expect(verifyWebhook(BODY, signed(BODY, [FORMER]), [SECRET, FORMER])).toEqual(EVENT);
  });

  it.each<[string, string, Record<string, string>, WebhookRefusal]>([
    ['signed with another secret', BODY, signed(BODY, [FOREIGN]), 'bad-signature'],
    ['changed on its way', BODY.replace('paid', 'annulled'), signed(BODY), 'bad-signature'],
    ['under another id', BODY, { ...signed(BODY), 'webhook-id': 'evt_2' }, 'bad-signature'],
    ['of another version of the signature', BODY, { ...signed(BODY), 'webhook-signature': 'v2,AAAA' }, 'bad-signature'],
    ['without its signature', BODY, { ...signed(BODY), 'webhook-signature': '' }, 'unsigned'],
    ['without any header', BODY, {}, 'unsigned'],
    ['signed six minutes ago', BODY, signed(BODY, [SECRET], new Date(Date.now() - 6 * MINUTE)), 'out-of-date'],
    ['signed in six minutes', BODY, signed(BODY, [SECRET], new Date(Date.now() + 6 * MINUTE)), 'out-of-date'],
    ['that is no JSON', 'paid!', signed('paid!'), 'not-a-cloud-event'],
    ['that is empty', '', signed(''), 'not-a-cloud-event'],
    ['that is a list', '[]', signed('[]'), 'not-a-cloud-event'],
    ...['specversion', 'id', 'source', 'type', 'subject', 'time', 'data'].map(
      (name): [string, string, Record<string, string>, WebhookRefusal] => {
        const body = JSON.stringify({ ...EVENT, [name]: undefined });
        return [`without ${name}`, body, signed(body), 'not-a-cloud-event'];
      },
    ),
  ])('%s is refused', (_, body, headers, reason) => {
    const error = refusal(() => verifyWebhook(body, headers, [SECRET, FORMER]));
    expect(error).toMatchObject({ name: 'WebhookRefused', reason });
    for (const secret of [SECRET, FORMER, 'evt_', 'pay_1']) expect(error.message).not.toContain(secret);
  });

  it('of a type that is newer than the client is given as it came', () => {
    const body = JSON.stringify({ ...EVENT, type: 'it.toscana.portos.payment.paid.v2' });
    expect(verifyWebhook(body, signed(body), SECRET).type).toBe('it.toscana.portos.payment.paid.v2');
  });
});

describe('a receiver that is written wrong', () => {
  it('is told so, without its secret', () => {
    const headers = signed(BODY);
    expect(() => verifyWebhook(EVENT as never, headers, SECRET)).toThrow(
      new TypeError('the body must be given as it came, as text or bytes, and not parsed'),
    );
    for (const secret of ['', 'whsec_', 'whsec_!not base64!'])
      expect(() => verifyWebhook(BODY, headers, secret)).toThrow(
        new TypeError('a secret is the text whsec_… that registering the endpoint answered'),
      );
    expect(() => verifyWebhook(BODY, headers, [])).toThrow(new TypeError('at least one secret is needed'));
  });
});

it('the types of the client are those that may be subscribed to', () => {
  const known: Record<PaymentsEventType, true> = {
    'it.toscana.portos.payment.initialized.v1': true,
    'it.toscana.portos.payment.redirected.v1': true,
    'it.toscana.portos.payment.paid.v1': true,
    'it.toscana.portos.payment.rejected.v1': true,
    'it.toscana.portos.payment.annulled.v1': true,
    'it.toscana.portos.payment.not-concluded.v1': true,
    'it.toscana.portos.payment.regenerated.v1': true,
    'it.toscana.portos.payment.receipt-available.v1': true,
    'it.toscana.portos.payment.duplicate-detected.v1': true,
    'it.toscana.portos.practice.settled.v1': true,
  };
  expect([...EVENT_TYPES].sort()).toEqual(Object.keys(known).sort());
});

function upperCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));
}
