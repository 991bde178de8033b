import { type AccessConfig, readAccess } from './access-config.js';
import { type Credentials, type Environment, EnvironmentReader, type Fault } from './environment.js';
import { findMisspellings } from './misspellings.js';
import { readRetention, type RetentionConfig } from './retention-config.js';

/** All settings of a process, read and checked once at its start. Durations are milliseconds. */
export interface Config {
  readonly http: {
    /** Where the API and the worker listen: loopback, unless a container or a proxy on another machine must reach them. */
    readonly host: string;
    readonly port: number;
    /** Where browsers and IRIS reach the API, without a final slash. */
    readonly publicUrl: string;
  };
  readonly worker: { readonly port: number };
  readonly sandbox: { readonly port: number; readonly demo: boolean };
  readonly database: {
    /** null: the embedded server, whose data lies in `dataDir`. */
    readonly url: string | null;
    readonly dataDir: string;
  };
  /** null: the queues live in PostgreSQL. Several addresses are nodes of one Redis Cluster. */
  readonly redis: { readonly urls: readonly string[] | null };
  readonly iris: IrisConfig;
  readonly timings: Timings;
  readonly regenerate: { readonly cooldownMs: number; readonly limit: number };
  /** Whether what happens is also put into the queue `payment-events`. */
  readonly events: { readonly queue: boolean };
  readonly webhooks: WebhooksConfig;
  readonly security: {
    readonly apiKey: string | null;
    /** Whoever presents it may change what the queue board shows; null: nobody may. */
    readonly operatorKey: string | null;
    /** 32 bytes. null only outside production. */
    readonly encryptionKey: Buffer | null;
  };
  readonly access: AccessConfig;
  readonly retention: RetentionConfig;
  readonly log: { readonly level: LogLevel };
}

export interface IrisConfig {
  /** `<base>/IdpAllineamentoPendenzeEnteOTF` and its neighbours; the sandbox's services unless IRIS_BASE_URL is set. */
  readonly baseUrl: string;
  /** True when no IRIS_BASE_URL was given. */
  readonly isSandbox: boolean;
  readonly user: string | null;
  readonly password: string | null;
  readonly senderId: string;
  readonly senderSys: string;
  /** IRIS itself, as it is addressed. */
  readonly receiverId: string;
  readonly receiverSys: string;
  readonly tipoPendenzaBolli: string;
  readonly tipoPendenzaIstruttoria: string;
  readonly version: string;
  readonly timeoutMs: number;
  /** `never` until it is proved that a Delete does not blind later polls. */
  readonly delete: 'never' | 'whenIdle';
  /** How a document's hash is written in `DatiMBD.txt`: the two IRIS interfaces disagree. */
  readonly stampHash: 'hex' | 'base64';
  /** What IRIS must present to `POST /iris/notifications`; null when anyone may. */
  readonly notifyAs: Credentials | null;
  /** Two digits, given by PagoPA: where our IUVs begin. */
  readonly iuvSegregationCode: string;
}

/** How messages reach those who asked for them. */
export interface WebhooksConfig {
  /** Pauses between tries; the last one repeats. */
  readonly retryScheduleMs: readonly number[];
  /** From the first try of a message until it is given up. */
  readonly giveUpAfterMs: number;
  /** How long a secret that was replaced goes on signing. */
  readonly secretGraceMs: number;
  /** Whether private, loopback and link-local addresses may be sent to, and by plain HTTP. */
  readonly allowPrivate: boolean;
}

/** How long the payment machine waits for what. The schedules' last pause repeats. */
export interface Timings {
  readonly openTimeoutMs: number;
  readonly readyTimeoutMs: number;
  readonly choiceTimeoutMs: number;
  readonly sessionTimeoutMs: number;
  readonly confirmTimeoutMs: number;
  readonly regenerateCheckTimeoutMs: number;
  readonly pushConfirmTimeoutMs: number;
  readonly watchWindowMs: number;
  readonly pollScheduleMs: readonly number[];
  readonly watchScheduleMs: readonly number[];
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The person who starts a process must act. `faults` has all that is wrong; the message lists it and shows no secret. */
export class ConfigurationFaulty extends Error {
  override readonly name = 'ConfigurationFaulty';

  constructor(readonly faults: readonly Fault[]) {
    const lines = faults.map(({ variable, problem }) => `  ${variable} ${problem}`);
    super(`${faults.length === 1 ? 'One setting is' : `${faults.length} settings are`} wrong:\n${lines.join('\n')}`);
  }
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Read by the sandbox, by scripts and by tests, so no misspelling of ours. */
const KNOWN_ELSEWHERE = ['IRIS_NOTIFY_URL', 'IRIS_XSD_DIR', 'PORTOS_TEST_DATABASE_ADMIN_URL', 'PORTOS_TEST_RUN'];

const WEB = ['http:', 'https:'];
const MAX_35_TEXT = { pattern: /^[\x20-\x7e]{1,35}$/, expected: 'at most 35 plain characters (Max35Text of IRIS)' };
const HOST = {
  pattern: /^[A-Za-z0-9.:_-]{1,253}$/,
  expected: 'an IP address or host name to listen on, such as 0.0.0.0',
};
const BEARER = { pattern: /^[A-Za-z0-9._~+/-]{1,512}=*$/, expected: 'letters, digits or any of . _ ~ + / -' };
const KEY_OF_32_BYTES = {
  pattern: /^[A-Za-z0-9+/]{43}=$/,
  expected: '32 random bytes in base64 (44 characters), as `openssl rand -base64 32` prints',
};

/**
 * Reads and checks the whole environment.
 * @throws ConfigurationFaulty listing every fault at once.
 */
export function readConfig(environment: Environment): Config {
  const reader = new EnvironmentReader(environment);
  const ports = readPorts(reader);
  const iris = readIris(reader, ports.sandbox);
  const config: Config = {
    http: {
      host: reader.text('PORTOS_HOST', '127.0.0.1', HOST),
      port: ports.api,
      publicUrl: reader.address('PUBLIC_URL', WEB) ?? `http://localhost:${ports.api}`,
    },
    worker: { port: ports.worker },
    sandbox: { port: ports.sandbox, demo: reader.oneOf('PORTOS_DEMO', ['on', 'off'], 'on') === 'on' },
    database: {
      url: reader.address('DATABASE_URL', ['postgres:', 'postgresql:']),
      dataDir: reader.optional('PORTOS_DATA_DIR') ?? '.data',
    },
    redis: { urls: reader.addresses('REDIS_URL', ['redis:', 'rediss:']) },
    iris,
    timings: readTimings(reader),
    regenerate: {
      cooldownMs: reader.duration('REGENERATE_COOLDOWN', 30 * SECOND, 0),
      limit: reader.whole('REGENERATE_LIMIT', 10, 1, 1000),
    },
    events: { queue: reader.oneOf('EVENTS_QUEUE', ['on', 'off'], 'off') === 'on' },
    webhooks: readWebhooks(reader),
    security: readSecurity(reader),
    access: readAccess(reader, environment),
    retention: readRetention(reader),
    log: { level: reader.oneOf('LOG_LEVEL', LOG_LEVELS, 'info') },
  };
  refuseSandboxInProduction(reader, environment, config);
  const known = new Set([...reader.known, ...KNOWN_ELSEWHERE]);
  const faults = [...reader.faults, ...findMisspellings(environment, known)];
  if (faults.length > 0) throw new ConfigurationFaulty(faults);
  return config;
}

/** Ports above 1023 that every browser, and fetch in Node, refuses (Fetch standard, "bad port"). */
const BLOCKED_PORTS: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

function readPorts(reader: EnvironmentReader): { api: number; worker: number; sandbox: number } {
  const api = reader.whole('PORT', 3000, 1, 65_535);
  const worker = reader.whole('WORKER_PORT', 3001, 1, 65_535);
  const sandbox = reader.whole('SANDBOX_PORT', 3100, 1, 65_535);
  for (const [variable, port] of Object.entries({ PORT: api, WORKER_PORT: worker, SANDBOX_PORT: sandbox })) {
    if (BLOCKED_PORTS.has(port))
      reader.refuse(variable, `names port ${port}, which browsers refuse to open; choose another`);
  }
  if (worker === api) reader.refuse('WORKER_PORT', `must differ from PORT, both are ${api}`);
  if (sandbox === api) reader.refuse('SANDBOX_PORT', `must differ from PORT, both are ${api}`);
  if (sandbox === worker) reader.refuse('SANDBOX_PORT', `must differ from WORKER_PORT, both are ${worker}`);
  return { api, worker, sandbox };
}

function readIris(reader: EnvironmentReader, sandboxPort: number): IrisConfig {
  const baseUrl = reader.address('IRIS_BASE_URL', WEB);
  const caller = reader.credentials('IRIS_USER', 'IRIS_PASSWORD');
  const tipoPendenzaBolli = reader.text('IRIS_TIPO_PENDENZA_BOLLI', 'E_BOLLO', MAX_35_TEXT);
  const tipoPendenzaIstruttoria = reader.text('IRIS_TIPO_PENDENZA_ISTRUTTORIA', 'ONERI_ISTRUTTORIA', MAX_35_TEXT);
  if (tipoPendenzaBolli === tipoPendenzaIstruttoria) {
    reader.refuse(
      'IRIS_TIPO_PENDENZA_ISTRUTTORIA',
      'must differ from IRIS_TIPO_PENDENZA_BOLLI: answers are told apart by it',
    );
  }
  return {
    baseUrl: baseUrl ?? `http://localhost:${sandboxPort}/iris/services`,
    isSandbox: baseUrl === null,
    user: caller?.user ?? null,
    password: caller?.password ?? null,
    senderId: reader.text('IRIS_SENDER_ID', 'PORTOS', MAX_35_TEXT),
    senderSys: reader.text('IRIS_SENDER_SYS', 'SIL_PORTOS', MAX_35_TEXT),
    receiverId: reader.text('IRIS_RECEIVER_ID', 'iris', MAX_35_TEXT),
    receiverSys: reader.text('IRIS_RECEIVER_SYS', 'SIL_iris_ITR', MAX_35_TEXT),
    tipoPendenzaBolli,
    tipoPendenzaIstruttoria,
    version: reader.text('IRIS_VERSION', '01.03-04', {
      pattern: /^\d\d\.\d\d-\d\d$/,
      expected: 'a version such as 01.03-04',
    }),
    timeoutMs: reader.duration('IRIS_TIMEOUT', 5 * SECOND),
    delete: reader.oneOf('IRIS_DELETE', ['never', 'whenIdle'], 'never'),
    stampHash: reader.oneOf('IRIS_STAMP_HASH', ['hex', 'base64'], 'hex'),
    notifyAs: reader.credentials('IRIS_NOTIFY_USER', 'IRIS_NOTIFY_PASSWORD'),
    iuvSegregationCode: reader.text('IUV_SEGREGATION_CODE', '01', { pattern: /^\d\d$/, expected: 'two digits' }),
  };
}

function readTimings(reader: EnvironmentReader): Timings {
  return {
    openTimeoutMs: reader.duration('OPEN_TIMEOUT', 2 * MINUTE),
    readyTimeoutMs: reader.duration('READY_TIMEOUT', 24 * HOUR),
    choiceTimeoutMs: reader.duration('CHOICE_TIMEOUT', 15 * MINUTE),
    sessionTimeoutMs: reader.duration('SESSION_TIMEOUT', 30 * MINUTE),
    confirmTimeoutMs: reader.duration('CONFIRM_TIMEOUT', 10 * DAY),
    regenerateCheckTimeoutMs: reader.duration('REGENERATE_CHECK_TIMEOUT', 60 * SECOND),
    pushConfirmTimeoutMs: reader.duration('PUSH_CONFIRM_TIMEOUT', 10 * MINUTE),
    watchWindowMs: reader.duration('WATCH_WINDOW', 90 * DAY),
    pollScheduleMs: reader.schedule(
      'POLL_SCHEDULE',
      [5, 10, 15, 30, 60].map((seconds) => seconds * SECOND),
    ),
    watchScheduleMs: reader.schedule('WATCH_SCHEDULE', [
      ...Array<number>(12).fill(5 * MINUTE),
      ...Array<number>(23).fill(HOUR),
      DAY,
    ]),
  };
}

function readWebhooks(reader: EnvironmentReader): WebhooksConfig {
  return {
    retryScheduleMs: reader.schedule(
      'WEBHOOK_RETRY_SCHEDULE',
      [5, 30, 120, 600, 3600].map((seconds) => seconds * SECOND),
    ),
    giveUpAfterMs: reader.duration('WEBHOOK_GIVE_UP_AFTER', 3 * DAY),
    secretGraceMs: reader.duration('WEBHOOK_SECRET_GRACE', DAY, 0),
    allowPrivate: reader.oneOf('WEBHOOK_ALLOW_PRIVATE', ['true', 'false'], 'false') === 'true',
  };
}

function readSecurity(reader: EnvironmentReader): Config['security'] {
  const encryptionKey = reader.secret('ENCRYPTION_KEY', KEY_OF_32_BYTES);
  const apiKey = reader.secret('PORTOS_API_KEY', BEARER);
  const operatorKey = reader.secret('PORTOS_OPERATOR_KEY', BEARER);
  if (operatorKey !== null && operatorKey === apiKey) {
    reader.refuse('PORTOS_OPERATOR_KEY', 'must differ from PORTOS_API_KEY, or every caller would be an operator');
  }
  return {
    apiKey,
    operatorKey,
    encryptionKey: encryptionKey === null ? null : Buffer.from(encryptionKey, 'base64'),
  };
}

/** Data that nobody can open again and payments to a pretended IRIS are worse than a process that does not start. */
function refuseSandboxInProduction(reader: EnvironmentReader, environment: Environment, config: Config): void {
  if (environment['NODE_ENV'] !== 'production') return;
  const isFaulty = (variable: string): boolean => reader.faults.some((fault) => fault.variable === variable);
  if (config.security.encryptionKey === null && !isFaulty('ENCRYPTION_KEY')) {
    reader.refuse('ENCRYPTION_KEY', `must be set in production: ${KEY_OF_32_BYTES.expected}`);
  }
  if (config.iris.isSandbox && !isFaulty('IRIS_BASE_URL')) {
    reader.refuse('IRIS_BASE_URL', 'must be set in production, or payments would go to a sandbox');
  }
}
