import { COMMAND_QUEUE, COMMANDS, QUEUE_PREFIX } from '#libs/payments';
import { EVENT_QUEUE } from '#libs/webhooks';
import { ANSWERS, EVENTS, messages, messageTraits, SIGNED_EVENTS } from './async-messages.js';
import { closureOf } from './components.js';
import { INFO } from './document.js';
import type { Schema } from './schema.js';

/** An AsyncAPI 3 document, as far as we look into it ourselves. */
export interface AsyncApiDocument {
  readonly asyncapi: string;
  readonly channels: Readonly<
    Record<string, { readonly messages: Readonly<Record<string, { readonly $ref: string }>> }>
  >;
  readonly operations: Readonly<Record<string, object>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly messages: Readonly<Record<string, object>>;
    readonly messageTraits: Readonly<Record<string, object>>;
  };
}

const { summary: _, 'x-summary': __, 'x-api-id': ___, license, ...info } = INFO;

const DESCRIPTION =
  'Le code e i webhook dei pagamenti: PORTOS può accodare i comandi invece di chiamare l’API, e viene informato di ciò ' +
  'che accade da una coda o da webhook firmati.\n\n' +
  'The queues and webhooks of the payments. PORTOS may enqueue its commands instead of calling the API, and is told what ' +
  'happens by a queue or by signed webhooks. The queues are those of BullMQ, on Redis or on the PostgreSQL database; no ' +
  'job can claim that something was paid.';

const OFFICE = 'portos.example.org';

/** BullMQ has no binding of its own: what a consumer or producer needs to know stands in `x-bullmq`. */
const SERVERS = {
  redis: {
    host: `${OFFICE}:6379`,
    protocol: 'redis',
    description: 'BullMQ su Redis (REDIS_URL) / BullMQ on Redis.',
    'x-bullmq': { prefix: QUEUE_PREFIX },
  },
  postgresql: {
    host: `${OFFICE}:5432`,
    protocol: 'postgresql',
    description: 'BullMQ nella base dati (DATABASE_URL) / BullMQ in the database, where REDIS_URL is not set.',
    'x-bullmq': { prefix: QUEUE_PREFIX },
  },
};

const to = (kind: string, name: string) => ({ $ref: `#/${kind}/${name}` });
const messagesOf = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, to('components/messages', name)]));
const inChannel = (channel: string, names: readonly string[]) =>
  names.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` }));
const onQueues = [to('servers', 'redis'), to('servers', 'postgresql')];

const CHANNELS = {
  commands: {
    address: COMMAND_QUEUE,
    title: 'Comandi / Commands',
    description:
      'A job is named for its command; its data is the body of the HTTP call with the ids of its path and an ' +
      '`idempotencyKey`. One that is malformed or refused fails at once and for good. Once decided, it holds neither the ' +
      'payer nor free text.',
    servers: onQueues,
    messages: messagesOf(COMMANDS),
  },
  results: {
    address: null,
    title: 'Esiti / Results',
    description: 'What a job comes to: its `returnvalue`, or the `failedReason` of a failed one.',
    servers: onQueues,
    messages: messagesOf(ANSWERS),
  },
  events: {
    address: EVENT_QUEUE,
    title: 'Eventi / Events',
    description:
      'One job an event, named for its type, under the id of the event; its data is the CloudEvent. Each comes at least ' +
      'once: remember `id`. A job the consumer fails with is given out again, with pauses that double from 4 s, for three ' +
      'days, and is then kept failed for 90. Jobs are added in the order of each subject; that order is lost once one has ' +
      'failed, or where several are worked on at once: `sequence` decides which of two events is the later. Off unless ' +
      'EVENTS_QUEUE is on.',
    servers: onQueues,
    messages: messagesOf(EVENTS),
  },
  webhooks: {
    address: null,
    title: 'Webhook',
    description:
      'POST to an endpoint that was registered (`POST /v1/webhooks`), signed by Standard Webhooks 1.0. Any 2xx within 10 s ' +
      'takes it; anything else is tried again for three days; 410 disables the endpoint until it is enabled again. Of one subject in order, each at ' +
      'least once under the same id.',
    messages: messagesOf(SIGNED_EVENTS),
  },
};

const OPERATIONS = {
  takeCommand: {
    action: 'receive',
    title: 'Prende un comando / Takes a command',
    channel: to('channels', 'commands'),
    messages: inChannel('commands', COMMANDS),
    reply: { channel: to('channels', 'results'), messages: inChannel('results', ANSWERS) },
  },
  enqueueEvent: {
    action: 'send',
    title: 'Accoda un evento / Enqueues an event',
    channel: to('channels', 'events'),
    messages: inChannel('events', EVENTS),
  },
  tellWebhook: {
    action: 'send',
    title: 'Notifica un webhook / Tells a webhook',
    channel: to('channels', 'webhooks'),
    messages: inChannel('webhooks', SIGNED_EVENTS),
  },
};

const PAYLOADS = [
  'InitializeCommand',
  'RegenerateCommand',
  'AnnulCommand',
  'VerifyCommand',
  'PracticeAnswer',
  'PaymentAnswer',
  'CommandRefusal',
  'PaymentEvent',
  'PracticeEvent',
];

/** The queues and webhooks, with the schemas of the API: `/asyncapi.json` and docs/asyncapi.json. */
export const asyncApiDocument = (): AsyncApiDocument & Readonly<Record<string, unknown>> => ({
  asyncapi: '3.0.0',
  id: 'urn:it:toscana:portos:payments',
  info: { ...info, title: 'PORTOS Payments: code e webhook', description: DESCRIPTION, license: asyncLicense },
  defaultContentType: 'application/json',
  servers: SERVERS,
  channels: CHANNELS,
  operations: OPERATIONS,
  components: { schemas: asyncSchemas(), messages, messageTraits },
});

const asyncLicense = { name: license.name, url: 'https://joinup.ec.europa.eu/collection/eupl/eupl-text-eupl-12' };

/** Where OpenAPI names the discriminating property in an object, AsyncAPI wants its name alone. */
function asyncSchemas(): Readonly<Record<string, Schema>> {
  const given = JSON.stringify(closureOf(PAYLOADS), (key, value: unknown) =>
    key === 'discriminator' ? (value as { readonly propertyName: string }).propertyName : value,
  );
  return JSON.parse(given) as Readonly<Record<string, Schema>>;
}
