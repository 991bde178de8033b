import {
  annulSchema,
  chargeSchemas,
  payerSchema,
  practiceSchema,
  regenerateBodySchema,
  resolutionSchema,
  stampDutySchema,
  verifySchema,
  webhookSchema,
} from '#libs/payments';
import type { Schema } from '../schema.js';

/** The bodies of requests, by name: the very schemas that they are validated with. */
export const requestSchemas: Readonly<Record<string, Schema>> = {
  PracticeRequest: practiceSchema,
  Payer: payerSchema,
  BolliCharge: chargeSchemas.bolli,
  IstruttoriaCharge: chargeSchemas.istruttoria,
  StampDuty: stampDutySchema,
  RegenerateRequest: regenerateBodySchema,
  ReasonRequest: annulSchema,
  VerifyRequest: verifySchema,
  ResolutionRequest: resolutionSchema,
  WebhookRequest: webhookSchema,
};
