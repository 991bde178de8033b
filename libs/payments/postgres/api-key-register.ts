import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';

/** What a caller may be: docs/api-access.md says what each may do. */
export const ROLES = ['service', 'viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export const isRole = (text: unknown): text is Role => ROLES.some((role) => role === text);

/** An API key, without its secret, which nobody can read back. */
export interface ApiKey {
  readonly keyId: string;
  /** Who holds it, never a person's name. Keys of one name are one caller, so that a key can be exchanged. */
  readonly name: string;
  readonly role: Role;
  readonly createdAt: Date;
  /** Null while it holds. */
  readonly revokedAt: Date | null;
}

/** `pk_<id>_<secret>`: the id is shown in lists; the secret is 256 random bits, so that its plain digest gives nothing away. */
const KEY = /^pk_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

const COLUMNS = `key_id as "keyId", name, role, created_at as "createdAt", revoked_at as "revokedAt"`;

/** The API keys of an installation: who may call, in which role. */
export class ApiKeyRegister {
  constructor(private readonly pool: Pool) {}

  /** Makes a key. Its text is known here and never again. */
  async create(name: string, role: Role): Promise<{ readonly key: ApiKey; readonly text: string }> {
    const keyId = randomBytes(6).toString('hex');
    const secret = randomBytes(32).toString('base64url');
    const { rows } = await this.pool.query<ApiKey>(
      `insert into payments.api_key (key_id, name, role, secret_sha256) values ($1, $2, $3, $4) returning ${COLUMNS}`,
      [keyId, name, role, digest(secret)],
    );
    const [key] = rows;
    if (!key) throw new Error('the key was not stored');
    return { key, text: `pk_${keyId}_${secret}` };
  }

  /** All keys, the newest first. */
  async list(): Promise<readonly ApiKey[]> {
    const { rows } = await this.pool.query<ApiKey>(
      `select ${COLUMNS} from payments.api_key order by created_at desc, key_id`,
    );
    return rows;
  }

  /** From now on the key opens nothing; one that is revoked already stays so. False when there is no such key. */
  async revoke(keyId: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      'update payments.api_key set revoked_at = coalesce(revoked_at, engine.clock()) where key_id = $1',
      [keyId],
    );
    return rowCount === 1;
  }

  /** Whose key this is; null when it is none, its secret differs, or it was revoked. */
  async find(text: string): Promise<ApiKey | null> {
    const [, keyId, secret] = KEY.exec(text) ?? [];
    if (keyId === undefined || secret === undefined) return null;
    const { rows } = await this.pool.query<ApiKey & { readonly secretSha256: Buffer }>({
      name: 'payments.api-key',
      text: `select ${COLUMNS}, secret_sha256 as "secretSha256" from payments.api_key where key_id = $1`,
      values: [keyId],
    });
    const [found] = rows;
    if (!found || !timingSafeEqual(found.secretSha256, digest(secret)) || found.revokedAt !== null) return null;
    const { secretSha256: _, ...key } = found;
    return key;
  }
}

/** Whether a text could be a key of the register. */
export const isKeyText = (text: string): boolean => KEY.test(text);

const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest();
