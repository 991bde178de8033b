/** The way out: what happened is told by webhooks and by a queue. It knows events, endpoints and no payments. */

export { createDispatcher, createWebhooks } from './assembly.js';
export type { DispatcherParts } from './assembly.js';
export { CLOUD_EVENT_TYPE, cloudEvent } from './cloud-event.js';
export type { CloudEvent, StoredEvent } from './cloud-event.js';
export { Dispatcher } from './dispatcher.js';
export type { DispatcherOptions } from './dispatcher.js';
export { EVENT_QUEUE, openEventQueue } from './event-queue.js';
export type { EventQueue } from './event-queue.js';
export { DELIVERY_POLICY } from './policy.js';
export type { DeliveryPolicy } from './policy.js';
export type { DeliveryView } from './postgres/deliveries.js';
export type { Endpoint } from './postgres/endpoints.js';
export { SecretBox } from './secrets.js';
export { createSender } from './sender.js';
export type { Send } from './sender.js';
export { resolveByDns, TargetRefused } from './target.js';
export type { Resolve } from './target.js';
export { Webhooks } from './webhooks.js';
export type { NamedCommand, NewEndpoint, PageOf } from './webhooks.js';
