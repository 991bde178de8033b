import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { WebhookRefused } from './errors.js';
import type { PaymentsEvent } from './schemas.js';

/** The headers of a request: as `fetch` has them, as Node's HTTP server has them, or as plain text by name. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

const SIGNED_HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

/**
 * The event a webhook message carries, once it is certain that PORTOS Payments sent it, within the last five minutes
 * (Standard Webhooks 1.0). It may have come before: remember its `id`. An event of a type that is newer than this client
 * is given as it came, so a `switch` over `type` needs its `default`.
 * @param rawBody the body, byte for byte as it came: parsed and written anew it has another signature
 * @param secrets what registering the endpoint answered, `whsec_…`; while a secret is exchanged, the former and the new
 * @throws WebhookRefused when the message must not be believed: answer 400, and it is sent again
 * @throws TypeError when the body was parsed already, or a secret cannot be one
 */
export function verifyWebhook(
  rawBody: string | Uint8Array,
  headers: WebhookHeaders,
  secrets: string | readonly string[],
): PaymentsEvent {
  if (typeof rawBody !== 'string' && !(rawBody instanceof Uint8Array)) {
    throw new TypeError('the body must be given as it came, as text or bytes, and not parsed');
  }
  const body = typeof rawBody === 'string' ? rawBody : new TextDecoder('utf-8', { ignoreBOM: true }).decode(rawBody);
  verifySignature(body, signedHeaders(headers), [secrets].flat().map(openSecret));
  return readCloudEvent(body);
}

function signedHeaders(headers: WebhookHeaders): Record<string, string> {
  const named = new Map(
    (headers instanceof Headers ? [...headers] : Object.entries(headers)).map(([name, value]) => [
      name.toLowerCase(),
      value,
    ]),
  );
  const found = SIGNED_HEADERS.map((name) => [name, named.get(name)] as const);
  const missing = found.filter(([, value]) => typeof value !== 'string' || value === '').map(([name]) => name);
  if (missing.length > 0)
    throw new WebhookRefused('unsigned', `the message is not signed: ${missing.join(', ')} missing`);
  return Object.fromEntries(found) as Record<string, string>;
}

function openSecret(secret: string): Webhook {
  try {
    return new Webhook(secret);
  } catch {
    throw new TypeError('a secret is the text whsec_… that registering the endpoint answered'); // never repeated
  }
}

function verifySignature(body: string, headers: Record<string, string>, webhooks: readonly Webhook[]): void {
  if (webhooks.length === 0) throw new TypeError('at least one secret is needed');
  const refusals = webhooks.flatMap((webhook) => {
    try {
      webhook.verify(body, headers, { jsonParse: false });
      return [];
    } catch (error) {
      if (error instanceof WebhookVerificationError) return [error];
      throw error;
    }
  });
  if (refusals.length < webhooks.length) return;
  throw refusals.some(({ message }) => message.startsWith('Message timestamp'))
    ? new WebhookRefused('out-of-date', 'signed more than five minutes from now: replayed, or a clock is wrong')
    : new WebhookRefused(
        'bad-signature',
        'no signature fits: the secret is of another endpoint, or the body was changed',
      );
}

const TEXTS = ['id', 'source', 'type', 'subject', 'time'];

function readCloudEvent(body: string): PaymentsEvent {
  const event = parse(body);
  const isEvent =
    isObject(event) &&
    event['specversion'] === '1.0' &&
    TEXTS.every((name) => typeof event[name] === 'string' && event[name] !== '') &&
    isObject(event['data']);
  if (!isEvent) throw new WebhookRefused('not-a-cloud-event', 'the message is signed, but is no CloudEvent 1.0');
  return event as unknown as PaymentsEvent;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null; // its words would repeat the body
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
