import { EVENT_TYPES } from '#libs/payments';
import { eur, PRACTICE_ID } from './values.js';

const bolli = {
  kind: 'bolli',
  stampDuties: [{ documentHash: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=', province: 'FI' }],
};

const common = {
  practiceId: PRACTICE_ID,
  payer: { fiscalCode: 'RSSMRA80A01H501U', email: 'mario.rossi@example.org' },
  returnUrl: 'https://portos.example.org/pratiche',
};

export const practiceRequests = {
  fineLavori: {
    summary: 'Fine lavori: una marca da bollo / one stamp duty',
    value: { ...common, practiceType: 'fineLavori', charges: [bolli] },
  },
  istanza: {
    summary: 'Istanza: bolli e istruttoria / stamp duties and the fee',
    value: {
      ...common,
      practiceType: 'istanza',
      charges: [
        { ...bolli, stampDuties: [...bolli.stampDuties, ...bolli.stampDuties] },
        { kind: 'istruttoria', amount: eur('150.00'), reason: 'Contributo istruttoria sismica' },
      ],
    },
  },
};

export const reason = { reason: 'Rinuncia del richiedente' };
export const operatorReason = { reason: 'Il pagatore ha telefonato' };

export const regeneration = {
  plain: { summary: 'Rigenera', value: { attempt: 1 } },
  acknowledged: {
    summary: 'Il pagatore prosegue comunque / the payer goes on all the same',
    value: { attempt: 1, acknowledgeInFlight: true },
  },
};

export const resolution = { resolution: 'refund', reason: 'Pagato due volte: da restituire' };

export const webhook = { url: 'https://portos.example.org/hooks/payments', eventTypes: EVENT_TYPES };

/** What IRIS sends, without its header. */
export const notification = `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>
  <IdpInformativaPagamento>…</IdpInformativaPagamento>
</soapenv:Body></soapenv:Envelope>`;

export const notificationAnswer = `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>
  <IdpInformativaPagamentoEsito>… Elaborato Correttamente …</IdpInformativaPagamentoEsito>
</soapenv:Body></soapenv:Envelope>`;

export const notificationFault = `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>
  <soapenv:Fault><faultcode>soapenv:Server</faultcode><faultstring>…</faultstring></soapenv:Fault>
</soapenv:Body></soapenv:Envelope>`;
