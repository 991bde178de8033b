/**
 * One message to IRIS over HTTP: one request, one deadline, no repetition and no redirect followed. Every way it can
 * fail is sorted by the only question that matters with money: is it certain that nothing happened?
 */
import { AnswerTooLarge, IrisMisconfigured, IrisOutcomeUnknown, IrisUnavailable } from './errors.js';
import { isUnreached } from './network-failures.js';
import type { IrisSettings } from './settings.js';
import { MOST_BYTES } from './xml-reading.js';

export type Operation = 'IdpAllineamentoPendenzeEnteOTF' | 'IdpVerificaStatoPagamenti';

/** The address is not IRIS's, or IRIS does not let us in. */
const NOT_OUR_IRIS = new Set([401, 403, 404, 405, 415]);

/** SOAP 1.1 over HTTP: an answer comes with 200 and a fault with 500. Any other status is not IRIS speaking. */
const ANSWERED = 200;
const FAULT = 500;

export interface Answer {
  readonly xml: string;
  /** By its HTTP status this can only be a SOAP fault. */
  readonly isFault: boolean;
}

/** Sends the message and gives back the answer's text. */
export async function exchange(operation: Operation, xml: string, settings: IrisSettings): Promise<Answer> {
  const response = await post(operation, xml, settings);
  const { status } = response;
  if (status === ANSWERED || status === FAULT) return { xml: await readBounded(response), isFault: status === FAULT };
  await response.body?.cancel();
  if (NOT_OUR_IRIS.has(status) || (status >= 300 && status < 400)) {
    throw new IrisMisconfigured(`IRIS's address answered HTTP ${status} to ${operation}.`, { values: { status } });
  }
  throw new IrisOutcomeUnknown(`IRIS answered HTTP ${status} to ${operation}.`, { values: { status } });
}

async function post(operation: Operation, xml: string, settings: IrisSettings): Promise<Response> {
  try {
    return await fetch(`${settings.baseUrl.replace(/\/+$/, '')}/${operation}`, {
      method: 'POST',
      headers: {
        'content-type': 'text/xml; charset=utf-8',
        soapaction: `"${operation}"`,
        ...(settings.user === null ? {} : { authorization: basic(settings.user, settings.password ?? '') }),
      },
      body: xml,
      // Not followed, and read as a status rather than as one more anonymous network error.
      redirect: 'manual',
      signal: AbortSignal.timeout(settings.timeoutMs), // until the last byte of the body
    });
  } catch (error) {
    if (isUnreached(error)) throw new IrisUnavailable('IRIS could not be reached.', { cause: error });
    throw noAnswer(error);
  }
}

async function readBounded(response: Response): Promise<string> {
  const body: ReadableStream<Uint8Array> | null = response.body;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > MOST_BYTES) throw new AnswerTooLarge('IRIS answered with more than 1 MiB.');
      chunks.push(chunk);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    throw error instanceof AnswerTooLarge ? error : noAnswer(error);
  }
}

const noAnswer = (cause: unknown): IrisOutcomeUnknown =>
  new IrisOutcomeUnknown('The message was sent, and no readable answer came back.', { cause });

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
