import { setTimeout as pauseOf } from 'node:timers/promises';
import type { ConnectionOptions } from './connection.js';
import { Connection } from './connection.js';
import { ResultUnknown } from './errors.js';
import type {
  IncidentOperations,
  MachineOperations,
  PaymentOperations,
  PracticeOperations,
  ReceiptDocument,
  ServiceOperations,
  WebhookOperations,
} from './operations.js';

/** The API of PORTOS Payments, operation by operation. It holds nothing open, and needs no closing. */
export interface PaymentsClient {
  readonly practices: PracticeOperations;
  readonly payments: PaymentOperations;
  readonly incidents: IncidentOperations;
  readonly webhooks: WebhookOperations;
  readonly machines: MachineOperations;
  readonly service: ServiceOperations;
}

/**
 * Every POST is sent under an Idempotency-Key; what gets no answer, or "later", is sent again (`RetryOptions`).
 * @throws TypeError for an address or a key that cannot be one
 */
export function createPaymentsClient(options: ConnectionOptions): PaymentsClient {
  const connection = new Connection(options);
  return {
    practices: practicesOver(connection),
    payments: paymentsOver(connection),
    incidents: incidentsOver(connection),
    webhooks: webhooksOver(connection),
    machines: machinesOver(connection),
    service: serviceOver(connection),
  };
}

function practicesOver(to: Connection): PracticeOperations {
  const at = (practiceId: string) => ({ params: { path: { practiceId } } });
  return {
    open: (body, options) => to.data(() => to.http.POST('/v1/practices', { body, ...to.commanding(options) })),
    get: (id, options) =>
      to.data(() => to.http.GET('/v1/practices/{practiceId}', { ...at(id), ...to.asking(options) })),
    replace: (id, body, options) =>
      to.data(() => to.http.PUT('/v1/practices/{practiceId}', { ...at(id), body, ...to.asking(options) })),
    withdraw: (id, body, options) =>
      to.data(() =>
        to.http.POST('/v1/practices/{practiceId}/withdraw', { ...at(id), body, ...to.commanding(options) }),
      ),
  };
}

function paymentsOver(to: Connection): PaymentOperations {
  const at = (paymentId: string) => ({ params: { path: { paymentId } } });
  const get: PaymentOperations['get'] = (id, options) =>
    to.data(() => to.http.GET('/v1/payments/{paymentId}', { ...at(id), ...to.asking(options) }));
  return {
    list: (query, options) =>
      to.pages((cursor) =>
        to.http.GET('/v1/payments', { params: { query: { ...query, ...cursor } }, ...to.asking(options) }),
      ),
    get,
    until: (id, isReached, { timeoutMs = 60_000, ...options } = {}) =>
      untilReached(() => get(id, options), isReached, timeoutMs, options.signal),
    redirect: (id, options) =>
      to.data(() => to.http.POST('/v1/payments/{paymentId}/redirect', { ...at(id), ...to.commanding(options) })),
    regenerate: (id, body, options) =>
      to.data(() =>
        to.http.POST('/v1/payments/{paymentId}/regenerate', { ...at(id), body, ...to.commanding(options) }),
      ),
    annul: (id, body, options) =>
      to.data(() => to.http.POST('/v1/payments/{paymentId}/annul', { ...at(id), body, ...to.commanding(options) })),
    verify: (id, body = {}, options) =>
      to.data(() => to.http.POST('/v1/payments/{paymentId}/verify', { ...at(id), body, ...to.commanding(options) })),
    history: (paymentId, query, options) =>
      to.pages((cursor) =>
        to.http.GET('/v1/payments/{paymentId}/history', {
          params: { path: { paymentId }, query: { ...query, ...cursor } },
          ...to.asking(options),
        }),
      ),
    receipts: (id, options) =>
      to.items(() => to.http.GET('/v1/payments/{paymentId}/receipts', { ...at(id), ...to.asking(options) })),
    receipt: (paymentId, idPagamento, options) => readReceipt(to, { paymentId, idPagamento }, options),
  };
}

const LOOK_FIRST_MS = 100;
const LOOK_SLOWEST_MS = 2_000;

async function untilReached<Found>(
  look: () => Promise<Found>,
  isReached: (found: Found) => boolean,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Found> {
  const deadline = performance.now() + timeoutMs;
  for (let pauseMs = LOOK_FIRST_MS; ; pauseMs = Math.min(1.5 * pauseMs, LOOK_SLOWEST_MS)) {
    const found = await look();
    if (isReached(found)) return found;
    if (performance.now() + pauseMs > deadline) throw new ResultUnknown(`not reached within ${timeoutMs} ms`);
    await pauseOf(pauseMs, undefined, signal && { signal });
  }
}

async function readReceipt(
  to: Connection,
  path: { readonly paymentId: string; readonly idPagamento: string },
  options: Parameters<PaymentOperations['receipt']>[2],
): Promise<ReceiptDocument> {
  const { data, response } = await to.answered(() =>
    to.http.GET('/v1/payments/{paymentId}/receipts/{idPagamento}', {
      params: { path },
      parseAs: 'arrayBuffer',
      ...to.asking(options),
    }),
  );
  const [, fileName = null] = /filename="([^"]*)"/.exec(response.headers.get('content-disposition') ?? '') ?? [];
  return { contentType: response.headers.get('content-type') ?? '', content: new Uint8Array(data), fileName };
}

function incidentsOver(to: Connection): IncidentOperations {
  const at = (incidentId: string) => ({ params: { path: { incidentId } } });
  return {
    list: (query, options) =>
      to.pages((cursor) =>
        to.http.GET('/v1/incidents', { params: { query: { ...query, ...cursor } }, ...to.asking(options) }),
      ),
    get: (id, options) =>
      to.data(() => to.http.GET('/v1/incidents/{incidentId}', { ...at(id), ...to.asking(options) })),
    resolve: (id, body, options) =>
      to.data(() => to.http.POST('/v1/incidents/{incidentId}/resolve', { ...at(id), body, ...to.commanding(options) })),
    redrive: (id, options) =>
      to.data(() => to.http.POST('/v1/incidents/{incidentId}/redrive', { ...at(id), ...to.commanding(options) })),
  };
}

function webhooksOver(to: Connection): WebhookOperations {
  const at = (webhookId: string) => ({ params: { path: { webhookId } } });
  return {
    register: (body, options) => to.data(() => to.http.POST('/v1/webhooks', { body, ...to.commanding(options) })),
    list: (query, options) =>
      to.pages((cursor) =>
        to.http.GET('/v1/webhooks', { params: { query: { ...query, ...cursor } }, ...to.asking(options) }),
      ),
    remove: async (id, options) => {
      await to.answered(() => to.http.DELETE('/v1/webhooks/{webhookId}', { ...at(id), ...to.asking(options) }));
    },
    enable: (id, options) =>
      to.data(() => to.http.POST('/v1/webhooks/{webhookId}/enable', { ...at(id), ...to.commanding(options) })),
    rotateSecret: (id, options) =>
      to.data(() => to.http.POST('/v1/webhooks/{webhookId}/rotate-secret', { ...at(id), ...to.commanding(options) })),
    deliveries: (webhookId, query, options) =>
      to.pages((cursor) =>
        to.http.GET('/v1/webhooks/{webhookId}/deliveries', {
          params: { path: { webhookId }, query: { ...query, ...cursor } },
          ...to.asking(options),
        }),
      ),
    redeliver: (webhookId, deliveryId, options) =>
      to.data(() =>
        to.http.POST('/v1/webhooks/{webhookId}/deliveries/{deliveryId}/redeliver', {
          params: { path: { webhookId, deliveryId } },
          ...to.commanding(options),
        }),
      ),
  };
}

function machinesOver(to: Connection): MachineOperations {
  const at = (name: string) => ({ params: { path: { name } } });
  return {
    list: (options) => to.items(() => to.http.GET('/v1/machines', to.asking(options))),
    get: (name, options) => to.data(() => to.http.GET('/v1/machines/{name}', { ...at(name), ...to.asking(options) })),
    counts: (name, options) =>
      to.data(() => to.http.GET('/v1/machines/{name}/counts', { ...at(name), ...to.asking(options) })),
    draw: (name, options) =>
      to.data(() => to.http.GET(`/v1/machines/${name}.svg`, { parseAs: 'text', ...to.asking(options) })),
  };
}

function serviceOver(to: Connection): ServiceOperations {
  return {
    status: (options) => to.data(() => to.http.GET('/status', to.asking(options))),
    live: (options) => to.data(() => to.http.GET('/health/live', to.asking(options))),
    ready: (options) => to.data(() => to.http.GET('/health/ready', to.asking(options))),
  };
}
