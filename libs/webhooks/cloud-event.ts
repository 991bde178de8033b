/** An event as it stands in the outbox. */
export interface StoredEvent {
  /** Its place in the outbox: of one subject it grows with what happened. A bigint, which arrives as text. */
  readonly position: string;
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
  /** Extension attribute: of two events of one subject the one with the greater text is the later, whatever came first. */
  readonly sequence: string;
  /** Extension attribute: the request that brought it about. */
  readonly requestid?: string;
  readonly datacontenttype: 'application/json';
  readonly data: Readonly<Record<string, unknown>>;
}

export const CLOUD_EVENT_TYPE = 'application/cloudevents+json; charset=utf-8';

/** As many digits as a bigint may have, so that texts compare as numbers do. */
const SEQUENCE_LENGTH = 19;

/** @param source names the installation that tells it */
export function cloudEvent(event: StoredEvent, source: string): CloudEvent {
  const { position, eventId, type, subject, data, occurredAt, requestId } = event;
  const time = occurredAt.toISOString();
  return {
    specversion: '1.0',
    id: eventId,
    source,
    type,
    subject,
    time,
    sequence: position.padStart(SEQUENCE_LENGTH, '0'),
    ...(requestId !== null && { requestid: requestId }),
    datacontenttype: 'application/json',
    data: { ...data, updatedAt: time },
  };
}
