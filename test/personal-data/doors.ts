import { createHash } from 'node:crypto';
import { wakeQueueName } from '#libs/engine';
import type { PaymentView } from '#libs/payments';
import { COMMAND_QUEUE } from '#libs/payments';
import { bolli, istruttoria, practice } from '../practice.fixture.js';
import { EMAIL, PAYER, SENTENCE, TAX_CODE } from './canary.js';

/** A request that brings personal data where none belongs. */
export interface Smuggled {
  readonly what: string;
  readonly method: string;
  readonly path: string;
  /** As it is sent: text that need not be JSON, or what is written as JSON. */
  readonly body?: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const mail = encodeURIComponent(EMAIL);
const post = (what: string, body: unknown, path = '/v1/practices'): Smuggled => ({ what, method: 'POST', path, body });
const get = (path: string): Smuggled => ({ what: `GET ${path}`, method: 'GET', path });

/** A practice that is right but for one change. */
const wrong = (change: Record<string, unknown>) => practice({ payer: PAYER, ...change });

/** Every route over HTTP, with a tax code wherever a caller can write something. */
export const requestsFor = (payment: PaymentView): readonly Smuggled[] => [
  ...bodies(),
  ...commandsAbout(payment),
  ...addresses(payment),
  ...presentations(),
];

/** The one request that brings personal data where it belongs. */
export const RIGHT = 'a practice';

const bodies = (): readonly Smuggled[] => [
  post('an unknown property', wrong({ [TAX_CODE]: 1 })),
  post('a value of an unknown property', wrong({ note: SENTENCE })),
  post('a property of the payer', wrong({ payer: { ...PAYER, name: SENTENCE } })),
  post('a tax code with another letter', wrong({ payer: { ...PAYER, fiscalCode: TAX_CODE.replace(/H$/, 'X') } })),
  post('a tax code that is too long', wrong({ payer: { ...PAYER, fiscalCode: `${TAX_CODE}X` } })),
  post('no e-mail address', wrong({ payer: { ...PAYER, email: TAX_CODE } })),
  post('the name of a practice', wrong({ practiceId: TAX_CODE })),
  post('a name with an address', wrong({ practiceId: EMAIL })),
  post('a type', wrong({ practiceType: TAX_CODE })),
  post('a kind', wrong({ charges: [{ kind: TAX_CODE }] })),
  post('a province', wrong({ charges: [{ kind: 'bolli', stampDuties: [{ documentHash: '', province: TAX_CODE }] }] })),
  post('an amount', wrong({ practiceType: 'istanza', charges: [istruttoria(TAX_CODE)] })),
  post('what is paid for', wrong({ practiceType: 'istanza', charges: [{ ...istruttoria(), reason: SENTENCE }] })),
  post('where to go back to', wrong({ returnUrl: `https://portos.example.org/?to=${mail}` })),
  post('a path to go back to', wrong({ returnUrl: `https://portos.example.org/${TAX_CODE}` })),
  post('a list', [TAX_CODE, EMAIL]),
  post('a text', JSON.stringify(SENTENCE)),
  post(RIGHT, { ...practice({ payer: PAYER }), charges: [bolli(2)] }),
  { ...post('JSON that breaks off', `{"payer": {"fiscalCode": "${TAX_CODE}"`), type: 'application/json' },
  { ...post('no JSON', `fiscalCode=${TAX_CODE}&email=${EMAIL}`), type: 'application/x-www-form-urlencoded' },
  { ...post('an alphabet', '{}'), type: `application/json; charset=${TAX_CODE}` },
  post('too much', { payer: PAYER, more: TAX_CODE.repeat(20_000) }),
  { ...post('', wrong({})), what: 'another practice than the address says', method: 'PUT', path: '/v1/practices/P-1' },
  {
    ...post('', wrong({ practiceId: TAX_CODE })),
    what: 'a practice in the address',
    method: 'PUT',
    path: `/v1/practices/${TAX_CODE}`,
  },
];

const commandsAbout = ({ paymentId, practiceId }: PaymentView): readonly Smuggled[] => [
  post('why it is annulled', { reason: SENTENCE }, `/v1/payments/${paymentId}/annul`),
  post('why it is withdrawn', { reason: SENTENCE }, `/v1/practices/${practiceId}/withdraw`),
  post('why it is asked about', { reason: SENTENCE }, `/v1/payments/${paymentId}/verify`),
  post('why it is regenerated', { attempt: 1, reason: SENTENCE }, `/v1/payments/${paymentId}/regenerate`),
  post('which attempt', { attempt: TAX_CODE }, `/v1/payments/${paymentId}/regenerate`),
  post('which payment', { reason: 'prova' }, `/v1/payments/${TAX_CODE}/annul`),
  post('which incident', { resolution: 'dismiss', reason: SENTENCE }, `/v1/incidents/${TAX_CODE}/resolve`),
  post('which decision', { resolution: TAX_CODE, reason: 'prova' }, `/v1/incidents/inc_0/resolve`),
  post('where to send events', { url: `https://${TAX_CODE}.example.org/`, eventTypes: [TAX_CODE] }, '/v1/webhooks'),
  post('where to send them, in a query', { url: `https://a.example.org/?to=${mail}` }, '/v1/webhooks'),
];

const addresses = ({ paymentId }: PaymentView): readonly Smuggled[] =>
  [
    ...['q', 'cursor', 'state', 'kind', 'limit', TAX_CODE].map((name) => `/v1/payments?${name}=${TAX_CODE}`),
    `/v1/payments?q=${mail}`,
    `/v1/incidents?kind=${TAX_CODE}`,
    `/v1/payments/${TAX_CODE}`,
    `/v1/payments/${paymentId}/history?cursor=${TAX_CODE}`,
    `/v1/payments/${paymentId}/receipts/${TAX_CODE}`,
    `/v1/practices/${TAX_CODE}`,
    `/v1/practices/${mail}`,
    `/v1/machines/${TAX_CODE}`,
    `/v1/webhooks/${TAX_CODE}/deliveries`,
    `/v1/${TAX_CODE}`,
    `/${TAX_CODE}`,
    `/return/${TAX_CODE}`,
    `/queues/${TAX_CODE}`,
    `/queues/api/queues/${TAX_CODE}/${TAX_CODE}`,
    `/queues/api/queues?activeQueue=${TAX_CODE}`,
  ].map(get);

const presentations = (): readonly Smuggled[] => [
  { ...get('/v1/payments'), what: 'a key', headers: { authorization: `Bearer ${TAX_CODE}` } },
  {
    ...get('/queues'),
    what: 'a user and a password',
    headers: { authorization: `Basic ${Buffer.from(`${EMAIL}:${TAX_CODE}`).toString('base64')}` },
  },
  { ...get('/status'), what: 'an address of a proxy', headers: { 'x-forwarded-for': TAX_CODE } },
  { ...get('/v1/payments'), what: 'a referrer', headers: { referer: `https://portos.example.org/${TAX_CODE}` } },
];

/** A job of somebody who can reach the queue. */
export interface SmuggledJob {
  readonly queue: string;
  readonly name: string;
  readonly data: unknown;
}

const key = { idempotencyKey: 'a key' };
const command = (name: string, data: unknown): SmuggledJob => ({ queue: COMMAND_QUEUE, name, data });

export const jobsFor = ({ paymentId }: PaymentView): readonly SmuggledJob[] => [
  command('initialize', { ...practice({ payer: PAYER }), ...key }),
  command('initialize', { ...wrong({ payer: { ...PAYER, fiscalCode: `${TAX_CODE}X` } }), ...key }),
  command('initialize', { ...wrong({ [TAX_CODE]: SENTENCE, note: SENTENCE }), ...key }),
  command('initialize', { ...wrong({ practiceId: TAX_CODE }), ...key }),
  command('initialize', { ...wrong({ payer: SENTENCE, charges: SENTENCE }), ...key }),
  command('initialize', { ...practice({ payer: PAYER }), idempotencyKey: SENTENCE }),
  command('initialize', SENTENCE),
  command('initialize', [TAX_CODE]),
  command('annul', { paymentId, reason: SENTENCE, ...key }),
  command('annul', { paymentId: TAX_CODE, reason: 'prova', ...key }),
  command('verify', { paymentId, idempotencyKey: TAX_CODE }),
  command('verify', { paymentId, requestId: TAX_CODE, ...key }),
  command('verify', { paymentId, note: SENTENCE, ...key }),
  command('regenerate', { paymentId, attempt: TAX_CODE }),
  command('pay', { paymentId, payer: PAYER, [TAX_CODE]: EMAIL }),
  { queue: wakeQueueName('poll'), name: 'poll', data: { effects: SENTENCE } },
  { queue: wakeQueueName('poll'), name: 'poll', data: { effects: [{ instanceId: TAX_CODE, key: EMAIL }] } },
];

/** What IRIS tells of a payment, with the payer's name and data as it does, and also where they do not belong. */
export const notificationsFor = (idPagamento: string): readonly string[] => [
  notification(idPagamento, 'TX-1'),
  notification(TAX_CODE, EMAIL),
  notification(idPagamento, 'TX-2').replace('16.00', TAX_CODE),
  notification(idPagamento, 'TX-3').replace('ESEGUITO', SENTENCE),
  notification(idPagamento, 'TX-4').slice(0, -40),
];

function notification(idPagamento: string, idTransazione: string): string {
  const base = 'http://www.cart.rete.toscana.it/servizi/iris_1_1';
  const msgId = createHash('sha256').update(`${idPagamento} ${idTransazione}`).digest('hex').slice(0, 32);
  return `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>
    <x:IdpInformativaPagamento xmlns:x="${base}/proxy" xmlns:p="${base}/IdpInformativaPagamento" xmlns:h="${base}/IdpHeader">
      <p:IdpInformativaPagamento><h:IdpHeader><h:TRT><h:MsgId>${msgId}</h:MsgId></h:TRT></h:IdpHeader>
        <p:IdpBody><p:Pagamento>
          <p:RiferimentoPagamento><p:IdPagamento>${idPagamento}</p:IdPagamento></p:RiferimentoPagamento>
          <p:Importo>16.00</p:Importo><p:RiferimentoDebitore>${TAX_CODE}</p:RiferimentoDebitore><p:Esito>ESEGUITO</p:Esito>
          <p:Pagante Tipo="CodiceFiscale"><p:IdPagante>${TAX_CODE}</p:IdPagante><p:Nome>${SENTENCE}</p:Nome></p:Pagante>
          <p:Transazione><p:IdTransazione>${idTransazione}</p:IdTransazione></p:Transazione>
        </p:Pagamento></p:IdpBody>
      </p:IdpInformativaPagamento>
    </x:IdpInformativaPagamento></s:Body></s:Envelope>`;
}
