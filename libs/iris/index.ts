/**
 * The IRIS gateway client: regional payment platform of Regione Toscana, dialect iris_1_1. Its words end here.
 */
export { esitoOf, type Esito } from './esito.js';
export type { Attachment } from './attachment.js';
export type {
  AskedPosition,
  ChargeKind,
  DeleteRequest,
  IrisGateway,
  OpenedSession,
  OpenRequest,
  PositionReport,
} from './gateway.js';
export {
  IrisBatchRejected,
  IrisMalformed,
  NotSoap,
  IrisMisconfigured,
  IrisOutcomeUnknown,
  IrisRefused,
  IrisUnavailable,
} from './errors.js';
export { notificationFault, notificationStored, readNotification, type Notification } from './notification.js';
export { readMarcaDaBollo, type MarcaDaBollo } from './marca-da-bollo.js';
export type { IrisSettings } from './settings.js';
export { createIrisGateway, type IrisExchange } from './soap-gateway.js';
