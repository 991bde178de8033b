import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Keeps personal data unreadable at rest, and lets it be compared without being read.
 *
 * A sealed value is one format byte, a nonce of 96 random bits, the ciphertext and a tag of 128 bits (AES-256-GCM).
 * The context names the place a value belongs to, such as `payer/<practiceId>`; it is authenticated but not stored, so
 * a row that was copied to another place does not open there. The format byte leaves room for another cipher or key.
 * Random nonces are safe up to 2^32 values under one key (NIST SP 800-38D, 8.3), some centuries of this portal's practices.
 */
export interface Sealer {
  /** @param value anything JSON can carry. */
  seal(value: unknown, context: string): Buffer;
  /** @throws SealBroken when the key, the context or a byte is not the one it was sealed with. */
  open(sealed: Buffer, context: string): unknown;
  /** HMAC-SHA-256 in hex: equal contents have equal fingerprints, and without the key it cannot be guessed back. */
  fingerprint(canonicalJson: string): string;
}

/** An operator must act: ENCRYPTION_KEY is not the one the value was sealed with, or the row was changed. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';

  constructor(
    readonly context: string,
    reason: string,
  ) {
    super(`the sealed value of ${context} cannot be opened: ${reason}`);
  }
}

const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** @param encryptionKey 32 random bytes. Two keys are derived from it, so that sealing and fingerprints share none. */
export function createSealer(encryptionKey: Buffer): Sealer {
  if (encryptionKey.length !== KEY_BYTES) throw new RangeError(`the encryption key must have ${KEY_BYTES} bytes`);
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', encryptionKey, Buffer.alloc(0), `portos-payments/${purpose}`, KEY_BYTES));
  const sealingKey = derive('sealing');
  const fingerprintKey = derive('fingerprint');

  return {
    seal(value, context) {
      const text = JSON.stringify(value) as string | undefined;
      if (text === undefined) throw new TypeError(`the value of ${context} cannot be sealed: JSON cannot carry it`);
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealingKey, nonce).setAAD(authenticated(context));
      return Buffer.concat([
        Buffer.of(FORMAT),
        nonce,
        cipher.update(text, 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ]);
    },

    open(sealed, context) {
      if (sealed.length <= 1 + NONCE_BYTES + TAG_BYTES) throw new SealBroken(context, 'it is too short');
      if (sealed[0] !== FORMAT) throw new SealBroken(context, `its format ${sealed.readUInt8(0)} is not known`);
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', sealingKey, nonce, { authTagLength: TAG_BYTES })
        .setAAD(authenticated(context))
        .setAuthTag(sealed.subarray(-TAG_BYTES));
      const text = decipher.update(sealed.subarray(1 + NONCE_BYTES, -TAG_BYTES));
      try {
        return JSON.parse(Buffer.concat([text, decipher.final()]).toString('utf8')) as unknown;
      } catch {
        throw new SealBroken(context, 'the key or the place differs, or it was altered');
      }
    },

    fingerprint: (canonicalJson) => createHmac('sha256', fingerprintKey).update(canonicalJson, 'utf8').digest('hex'),
  };
}

function authenticated(context: string): Buffer {
  return Buffer.concat([Buffer.of(FORMAT), Buffer.from(context, 'utf8')]);
}
