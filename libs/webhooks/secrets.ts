import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { Sealer } from '#libs/platform';

/** Standard Webhooks asks for 24 to 64 bytes. */
const SECRET_BYTES = 32;

/** A new secret of an endpoint, as its receiver is told it. */
export const newSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

/** Secrets at rest, bound to their endpoint. */
export class SecretBox {
  constructor(private readonly sealer: Sealer) {}

  seal(webhookId: string, secret: string): Buffer {
    return this.sealer.seal(secret, contextOf(webhookId));
  }

  open(webhookId: string, sealed: Buffer): string {
    return this.sealer.open(sealed, contextOf(webhookId)) as string;
  }
}

const contextOf = (webhookId: string): string => `webhook/${webhookId}`;

/**
 * The headers of Standard Webhooks 1.0: each secret that is live signs, so that a receiver may change over in its own time.
 * @param at by the clock on the wall, whatever the engine's says: receivers refuse what is older than minutes
 */
export function signedHeaders(
  id: string,
  body: string,
  secrets: readonly string[],
  at: Date,
): Readonly<Record<string, string>> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}
