export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** The person who starts the sandbox must act: every fault of the environment, in plain words. */
export class SettingsFaults extends Error {
  override readonly name = 'SettingsFaults';

  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
  }
}

const LONGEST_SLOW_MS = 3_600_000;
const LONGEST_LATE_MS = 24 * LONGEST_SLOW_MS;
/** A late receipt has to find its creditor sure of the contrary. */
const LATE_PER_SLOW = 4;

/**
 * What IRIS does when asked to delete a position: "forgets" deletes it and knows it no more, "reports" deletes it and
 * goes on telling what becomes of it, "refuses" never deletes. Which of them the real one does is not known.
 */
export const DELETE_WAYS = ['forgets', 'reports', 'refuses'] as const;
export type DeleteWay = (typeof DELETE_WAYS)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads variables one by one and gathers what is wrong with them. An empty variable counts as not set. */
class EnvironmentReader {
  readonly faults: string[] = [];

  constructor(private readonly env: Environment) {}

  text(name: string, fallback: string): string {
    return this.env[name]?.trim() || fallback;
  }

  integer(name: string, fallback: number, least: number, most: number): number {
    const value = this.text(name, String(fallback));
    if (/^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value);
    this.faults.push(`${name} must be a whole number from ${least} to ${most}, not "${value}"`);
    return fallback;
  }

  oneOf<Value extends string>(name: string, values: readonly Value[], fallback: Value): Value {
    const value = this.text(name, fallback);
    const found = values.find((known) => known === value);
    if (found === undefined) this.faults.push(`${name} must be one of ${values.join(', ')}, not "${value}"`);
    return found ?? fallback;
  }

  address(name: string, fallback: string): string {
    const value = this.text(name, fallback);
    if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value;
    this.faults.push(`${name} must be an http or https address, not "${value}"`);
    return fallback;
  }

  credentials(userName: string, passwordName: string): Credentials | null {
    const user = this.env[userName] ?? '';
    const password = this.env[passwordName] ?? '';
    if (user === '' && password === '') return null;
    if (user === '' || password === '') this.faults.push(`${userName} and ${passwordName} must be set together`);
    return { user, password };
  }
}

/** What the sandbox reads from its environment, once, at start. Throws SettingsFaults with all that is wrong. */
export class Settings {
  readonly host: string;
  readonly port: number;
  /** Where browsers and clients reach the sandbox, without a final slash: it begins every UrlGW. */
  readonly publicUrl: string;
  /** How long the slow scenarios take between "in progress" and the end. */
  readonly slowMs: number;
  /** How long a receipt that comes late takes. */
  readonly lateMs: number;
  /** What a Delete does, unless the faults say otherwise. */
  readonly onDelete: DeleteWay;
  /** The HTTP Basic credentials callers of the IRIS services must give, null when anyone may call. */
  readonly callers: Credentials | null;
  /** Where IRIS posts its notifications, and with which credentials. */
  readonly notifyUrl: string;
  readonly notifyAs: Credentials | null;
  readonly tipoPendenzaBolli: string;
  readonly tipoPendenzaIstruttoria: string;

  constructor(env: Environment) {
    const reader = new EnvironmentReader(env);
    this.host = reader.text('SANDBOX_HOST', '127.0.0.1');
    this.port = reader.integer('SANDBOX_PORT', 3100, 1, 65_535);
    this.publicUrl = reader.address('SANDBOX_PUBLIC_URL', `http://localhost:${this.port}`).replace(/\/+$/, '');
    this.slowMs = reader.integer('SANDBOX_SLOW_MS', 8000, 0, LONGEST_SLOW_MS);
    this.lateMs = reader.integer('SANDBOX_LATE_MS', this.slowMs * LATE_PER_SLOW, 0, LONGEST_LATE_MS);
    this.onDelete = reader.oneOf('SANDBOX_ON_DELETE', DELETE_WAYS, 'forgets');
    this.callers = reader.credentials('IRIS_USER', 'IRIS_PASSWORD');
    const apiPort = reader.integer('PORT', 3000, 1, 65_535);
    this.notifyUrl = reader.address('IRIS_NOTIFY_URL', `http://localhost:${apiPort}/iris/notifications`);
    this.notifyAs = reader.credentials('IRIS_NOTIFY_USER', 'IRIS_NOTIFY_PASSWORD');
    this.tipoPendenzaBolli = reader.text('IRIS_TIPO_PENDENZA_BOLLI', 'E_BOLLO');
    this.tipoPendenzaIstruttoria = reader.text('IRIS_TIPO_PENDENZA_ISTRUTTORIA', 'ONERI_ISTRUTTORIA');
    if (this.tipoPendenzaBolli === this.tipoPendenzaIstruttoria) {
      reader.faults.push('IRIS_TIPO_PENDENZA_BOLLI and IRIS_TIPO_PENDENZA_ISTRUTTORIA must differ');
    }
    if (reader.faults.length > 0) throw new SettingsFaults(reader.faults);
  }
}
