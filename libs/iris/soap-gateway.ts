import { randomUUID } from 'node:crypto';
import { readDeletion, readOpening } from './alignment-answer.js';
import { writeDelete, writeOpen } from './alignment-request.js';
import { failureOfFault } from './codes.js';
import { AnswerTooLarge, IrisBatchRejected, IrisMalformed, IrisOutcomeUnknown, IrisRefused } from './errors.js';
import { type Answer, exchange, type Operation } from './exchange.js';
import type { AskedPosition, ChargeKind, DeleteRequest, IrisGateway, OpenRequest, PositionReport } from './gateway.js';
import type { MessageIdentity } from './message-header.js';
import { type IrisSettings, requireUsable, tipoPendenzaOf } from './settings.js';
import { readFault, readSoap } from './soap.js';
import { readVerification } from './verification-answer.js';
import { MOST_POSITIONS, writeVerification } from './verification-request.js';
import type { Incoming } from './xml-reading.js';

/** What a message needs beside its content. */
export interface MessageSources {
  /** A new `MsgId`, `[a-zA-Z0-9._]{1,44}`; random by default. IRIS never accepts one twice. */
  msgId?(): string;
  /** The date of the message, and the day from which a position is valid; the real clock by default. */
  now?(): Date;
  /** Hears of every message once it has ended, however it ended. */
  onExchange?(exchange: IrisExchange): void;
}

/** One message to IRIS, for a log: no content, no personal data. */
export interface IrisExchange {
  readonly operation: Operation;
  readonly msgId: string;
  /** The requests that it goes back to, each once. */
  readonly requestIds: readonly string[];
  /** `answered`, or the name of the error that it ended with. */
  readonly outcome: string;
  readonly durationMs: number;
}

/**
 * The gateway that speaks iris_1_1 over SOAP 1.1.
 *
 * @throws IrisMisconfigured at once, if the settings could only produce messages that IRIS must refuse
 */
export function createIrisGateway(settings: IrisSettings, sources: MessageSources = {}): IrisGateway {
  requireUsable(settings);

  const newIdentity = (): MessageIdentity => ({
    msgId: sources.msgId?.() ?? randomUUID().replaceAll('-', ''),
    createdAt: sources.now?.() ?? new Date(),
  });

  const ask = async <Told>(message: Message<Told>): Promise<Told> => {
    const { operation, write, read, about, timeoutMs = settings.timeoutMs } = message;
    const identity = newIdentity();
    const xml = write(identity);
    const beganMs = performance.now();
    let outcome = 'answered';
    try {
      return readAnswer(await exchange(operation, xml, { ...settings, timeoutMs }), read);
    } catch (error) {
      outcome = error instanceof Error ? error.name : 'unknown';
      throw error;
    } finally {
      const requestIds = [...new Set(about.flatMap(({ requestId }) => requestId ?? []))];
      const durationMs = Math.round(performance.now() - beganMs);
      sources.onExchange?.({ operation, msgId: identity.msgId, requestIds, outcome, durationMs });
    }
  };

  return {
    async open(request: OpenRequest) {
      const write = (identity: MessageIdentity) => writeOpen(request, identity, settings);
      return await ask({ operation: 'IdpAllineamentoPendenzeEnteOTF', write, read: readOpening, about: [request] });
    },

    async verify(
      kind: ChargeKind,
      positions: readonly AskedPosition[],
      withinMs = Infinity,
    ): Promise<readonly PositionReport[]> {
      if (positions.length < 1 || positions.length > MOST_POSITIONS) {
        throw new RangeError(`A poll asks for 1 to ${MOST_POSITIONS} positions, not ${positions.length}.`);
      }
      const write = (identity: MessageIdentity) => writeVerification(kind, positions, identity, settings);
      const read = (body: Incoming) => readVerification(body, positions, tipoPendenzaOf(settings, kind));
      const timeoutMs = Math.min(withinMs, settings.timeoutMs);
      try {
        return await ask({ operation: 'IdpVerificaStatoPagamenti', write, read, about: positions, timeoutMs });
      } catch (error) {
        // Fifty receipts in one answer may be too much to read, and would be again the next time.
        if (error instanceof AnswerTooLarge && positions.length > 1) throw new IrisBatchRejected(error.message);
        // A poll holds no payer data that could be refused: a fault that says so has told us nothing.
        if (error instanceof IrisRefused) throw new IrisOutcomeUnknown(error.message, error);
        throw error;
      }
    },

    async delete(request: DeleteRequest) {
      const write = (identity: MessageIdentity) => writeDelete(request, identity, settings);
      return await ask({ operation: 'IdpAllineamentoPendenzeEnteOTF', write, read: readDeletion, about: [request] });
    },
  };
}

interface Message<Told> {
  readonly operation: Operation;
  readonly write: (identity: MessageIdentity) => string;
  readonly read: (body: Incoming) => Told;
  /** What it asks about. */
  readonly about: readonly { readonly requestId?: string | null }[];
  readonly timeoutMs?: number;
}

/** Whatever cannot be read may have been a yes. */
function readAnswer<Told>({ xml, isFault }: Answer, read: (body: Incoming) => Told): Told {
  try {
    const body = readSoap(xml);
    const fault = readFault(body);
    if (fault !== null) throw failureOfFault(fault);
    if (isFault) body.refuse('a SOAP fault was expected');
    return read(body);
  } catch (error) {
    if (!(error instanceof IrisMalformed)) throw error;
    throw new IrisOutcomeUnknown(`IRIS's answer is unreadable: ${error.message}`, { values: error.values });
  }
}
