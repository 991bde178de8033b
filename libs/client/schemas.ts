import type { components, operations } from './generated/openapi.js';

/** The names of what the API takes and gives, from its description (`docs/openapi.json`). */

type Schemas = components['schemas'];

export type Practice = Schemas['Practice'];
export type PracticeRequest = Schemas['PracticeRequest'];
export type Payment = Schemas['Payment'];
export type PaymentState = Schemas['PaymentState'];
export type PaymentAction = Schemas['PaymentAction'];
export type Redirection = Schemas['Redirection'];
export type RegenerateRequest = Schemas['RegenerateRequest'];
export type ReasonRequest = Schemas['ReasonRequest'];
export type VerifyRequest = Schemas['VerifyRequest'];
export type HistoryItem = Schemas['HistoryItem'];
export type Receipt = Schemas['Receipt'];
export type Incident = Schemas['Incident'];
export type ResolutionRequest = Schemas['ResolutionRequest'];
export type Webhook = Schemas['Webhook'];
export type NewWebhook = Schemas['NewWebhook'];
export type WebhookRequest = Schemas['WebhookRequest'];
export type RotatedSecret = Schemas['RotatedSecret'];
export type Delivery = Schemas['Delivery'];
export type Redelivery = Schemas['Redelivery'];
export type MachineName = Schemas['MachineName'];
export type MachineSummary = Schemas['MachineSummary'];
export type Machine = Schemas['Machine'];
export type InstanceCounts = Schemas['InstanceCounts'];
export type Health = Schemas['Health'];
export type ProblemBody = Schemas['Problem'];
export type ProblemFault = Schemas['Fault'];

type QueryOf<Operation extends keyof operations> = NonNullable<operations[Operation]['parameters']['query']>;

/** What a list may be narrowed to; `limit` is the size of a page, `cursor` where it begins. */
export type PaymentQuery = QueryOf<'listPayments'>;
export type IncidentQuery = QueryOf<'listIncidents'>;
export type HistoryQuery = QueryOf<'readHistory'>;
export type WebhookQuery = QueryOf<'listWebhooks'>;
export type DeliveryQuery = QueryOf<'listDeliveries'>;

/** What happened to a payment. */
type Told<Event extends { readonly type: string }> = {
  readonly [Type in Event['type']]: Omit<Event, 'type'> & { readonly type: Type };
}[Event['type']];

export type PaymentEvent = Told<Schemas['PaymentEvent']>;
export type PracticeEvent = Told<Schemas['PracticeEvent']>;
/** Every event there is; `switch (event.type)` tells `data` apart. */
export type PaymentsEvent = PaymentEvent | PracticeEvent;
export type PaymentsEventType = PaymentsEvent['type'];
