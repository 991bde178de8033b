/** An event as it stands in the outbox. */
export interface StoredEvent {
  readonly eventId: string;
  readonly type: string;
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly occurredAt: Date;
  /** The request that it goes back to, null when it goes back to none. */
  readonly requestId: string | null;
}

/** An event as it is told (CloudEvents 1.0, structured mode). */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  /** Extension attribute: the request that brought it about. */
  readonly requestid?: string;
  readonly datacontenttype: 'application/json';
  readonly data: Readonly<Record<string, unknown>>;
}

export const CLOUD_EVENT_TYPE = 'application/cloudevents+json; charset=utf-8';

/** @param source names the installation that tells it */
export function cloudEvent(event: StoredEvent, source: string): CloudEvent {
  const { eventId, type, subject, data, occurredAt, requestId } = event;
  const time = occurredAt.toISOString();
  return {
    specversion: '1.0',
    id: eventId,
    source,
    type,
    subject,
    time,
    ...(requestId !== null && { requestid: requestId }),
    datacontenttype: 'application/json',
    data: { ...data, updatedAt: time },
  };
}
