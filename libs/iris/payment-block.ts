import { centsOf } from './amount.js';
import { INFORMATIVA } from './vocabularies.js';
import type { Incoming } from './xml-reading.js';

/** What poll and notification say alike of a payment. */
export interface PaymentBlock {
  readonly idPagamento: string;
  readonly idTransazione: string | null;
  readonly amountCents: number;
}

/** `Pagamento` (IdP.InformativaPagamento.xsd); throws `IrisMalformed`. */
export function readPayment(payment: Incoming): PaymentBlock {
  const importo = payment.only(INFORMATIVA, 'Importo');
  return {
    idPagamento: payment.only(INFORMATIVA, 'RiferimentoPagamento').only(INFORMATIVA, 'IdPagamento').text(35),
    idTransazione: payment.optional(INFORMATIVA, 'Transazione')?.only(INFORMATIVA, 'IdTransazione').text(35) ?? null,
    amountCents: centsOf(importo.text(64)) ?? importo.refuse('the amount is not one of whole cents'),
  };
}
