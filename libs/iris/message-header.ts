import { dateTimeOf } from './instants.js';
import { messageId } from './outgoing-text.js';
import type { IrisSettings } from './settings.js';
import { header } from './vocabularies.js';
import type { Outgoing } from './xml-writing.js';

/** What makes a message this one: IRIS refuses a second message with the same id, and never repeats its answer. */
export interface MessageIdentity {
  readonly msgId: string;
  readonly createdAt: Date;
}

type ServiceName = 'IdpAllineamentoPendenze' | 'IdpInformativaPagamento';

/** `IdpHeader` (IdP.Header.xsd). We talk to IRIS directly, so the leg (TRT) and the whole way (E2E) are the same. */
export function writeHeader(service: ServiceName, identity: MessageIdentity, settings: IrisSettings): Outgoing {
  const msgId = messageId(identity.msgId);
  const createdAt = dateTimeOf(identity.createdAt);
  return header('IdpHeader', [
    header('TRT', [
      header('ServiceName', service),
      header('MsgId', msgId),
      header('XMLCrtDt', createdAt),
      header('Sender', [header('SenderId', settings.senderId), header('SenderSys', settings.senderSys)]),
      header('Receiver', [header('ReceiverId', settings.receiverId), header('ReceiverSys', settings.receiverSys)]),
    ]),
    header('E2E', [
      header('E2ESrvcNm', service),
      header('E2EMsgId', msgId),
      header('XMLCrtDt', createdAt),
      header('Sender', [header('E2ESndrId', settings.senderId), header('E2ESndrSys', settings.senderSys)]),
      header('Receiver', [header('E2ERcvrId', settings.receiverId), header('E2ERcvrSys', settings.receiverSys)]),
    ]),
  ]);
}
