import { randomUUID } from 'node:crypto';
import type { Element } from '@xmldom/xmldom';
import { romeDateTime } from '../clock.js';
import { markup, type Markup } from '../markup.js';
import { idpHeader } from './header-shapes.js';
import { childrenOf, textAt } from './reading.js';
import { versione } from './simple-types.js';
import { violationOf } from './structure.js';

/** Who sent a message and under which name: all that an answer must give back. */
export interface MessageHeader {
  readonly msgId: string;
  readonly senderId: string;
  readonly senderSys: string;
  readonly e2eMsgId: string;
  readonly e2eSenderId: string;
  readonly e2eSenderSys: string;
}

const LATEST_VERSION = '01.03-04';

/** The header of a request, also of one whose body is wrong; null when the header itself cannot be read. */
export function readHeader(request: Element): MessageHeader | null {
  const header = childrenOf(request, 'IdpHeader')[0];
  if (header === undefined || violationOf(header, idpHeader) !== null) return null;
  return {
    msgId: textAt(header, 'TRT/MsgId'),
    senderId: textAt(header, 'TRT/Sender/SenderId'),
    senderSys: textAt(header, 'TRT/Sender/SenderSys'),
    e2eMsgId: textAt(header, 'E2E/E2EMsgId'),
    e2eSenderId: textAt(header, 'E2E/Sender/E2ESndrId'),
    e2eSenderSys: textAt(header, 'E2E/Sender/E2ESndrSys'),
  };
}

/** The version to answer in: the caller's, or the latest when the caller's cannot be read. */
export function versionOf(request: Element): string {
  const version = request.getAttributeNS(null, 'Versione');
  return version !== null && versione.accepts(version) ? version : LATEST_VERSION;
}

const UNKNOWN: MessageHeader = {
  msgId: 'SCONOSCIUTO',
  senderId: 'SCONOSCIUTO',
  senderSys: 'SCONOSCIUTO',
  e2eMsgId: 'SCONOSCIUTO',
  e2eSenderId: 'SCONOSCIUTO',
  e2eSenderSys: 'SCONOSCIUTO',
};

/** The header of an answer: a message name of IRIS's own, the end-to-end name of the request given back. */
export function answerHeader(service: string, request: MessageHeader | null, at: Date): Markup {
  const to = request ?? UNKNOWN;
  return writtenHeader({ service, to, msgId: newMsgId(), e2eMsgId: to.e2eMsgId, at });
}

/** The header of a message that IRIS begins. */
export function openingHeader(service: string, receiver: MessageHeader, at: Date): Markup {
  const msgId = newMsgId();
  return writtenHeader({ service, to: receiver, msgId, e2eMsgId: msgId, at });
}

function newMsgId(): string {
  return `IRIS.${randomUUID().replaceAll('-', '')}`;
}

function writtenHeader(letter: {
  service: string;
  to: MessageHeader;
  msgId: string;
  e2eMsgId: string;
  at: Date;
}): Markup {
  const { service, to, msgId, e2eMsgId } = letter;
  const at = romeDateTime(letter.at);
  return markup`
    <h:IdpHeader>
      <h:TRT>
        <h:ServiceName>${service}</h:ServiceName>
        <h:MsgId>${msgId}</h:MsgId>
        <h:XMLCrtDt>${at}</h:XMLCrtDt>
        <h:Sender>
          <h:SenderId>iris</h:SenderId>
          <h:SenderSys>SIL_iris_ITR</h:SenderSys>
        </h:Sender>
        <h:Receiver>
          <h:ReceiverId>${to.senderId}</h:ReceiverId>
          <h:ReceiverSys>${to.senderSys}</h:ReceiverSys>
        </h:Receiver>
      </h:TRT>
      <h:E2E>
        <h:E2ESrvcNm>${service}</h:E2ESrvcNm>
        <h:E2EMsgId>${e2eMsgId}</h:E2EMsgId>
        <h:XMLCrtDt>${at}</h:XMLCrtDt>
        <h:Sender>
          <h:E2ESndrId>iris</h:E2ESndrId>
          <h:E2ESndrSys>SIL_iris_ITR</h:E2ESndrSys>
        </h:Sender>
        <h:Receiver>
          <h:E2ERcvrId>${to.e2eSenderId}</h:E2ERcvrId>
          <h:E2ERcvrSys>${to.e2eSenderSys}</h:E2ERcvrSys>
        </h:Receiver>
      </h:E2E>
    </h:IdpHeader>
  `;
}
