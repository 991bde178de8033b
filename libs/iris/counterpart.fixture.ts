/**
 * For specs only: an HTTP server in IRIS's place, and what IRIS would write, as plain text of its own so that it does
 * not share a mistake with the code it tests.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OpenRequest } from './gateway.js';
import type { IrisSettings } from './settings.js';

export interface Heard {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly xml: string;
}

export interface Counterpart {
  readonly baseUrl: string;
  readonly heard: readonly Heard[];
  close(): Promise<void>;
}

type Reply = string | ((response: ServerResponse, request: IncomingMessage) => void);

/** Listens on a free port, remembers what it hears and replies the same to everything. */
export async function startCounterpart(reply: Reply): Promise<Counterpart> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const xml = Buffer.concat(chunks).toString();
      heard.push({ path: request.url ?? '', headers: request.headers, xml });
      if (typeof reply === 'string') response.setHeader('content-type', 'text/xml; charset=utf-8').end(reply);
      else reply(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/services/`,
    heard,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const settingsFor = (baseUrl: string, changes: Partial<IrisSettings> = {}): IrisSettings => ({
  baseUrl,
  user: null,
  password: null,
  senderId: 'RT_PORTOS',
  senderSys: 'SIL_PORTOS',
  receiverId: 'iris',
  receiverSys: 'SIL_iris_ITR',
  tipoPendenzaBolli: 'E_BOLLO',
  tipoPendenzaIstruttoria: 'ONERI_ISTRUTTORIA',
  version: '01.03-04',
  timeoutMs: 10_000,
  stampHash: 'hex',
  ...changes,
});

/** SHA-256 of the empty document. */
export const EMPTY_HASH = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';
export const EMPTY_HASH_HEX = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export const openingOf = (stamps: number, changes: Partial<OpenRequest> = {}): OpenRequest => ({
  kind: stamps === 0 ? 'istruttoria' : 'bolli',
  payer: { fiscalCode: 'RSSMRA80A01D612G', email: 'mario.rossi@example.org' },
  positions: Array.from({ length: Math.max(stamps, 1) }, (_, index) => ({
    idPendenza: `PEN.${index + 1}`,
    idPagamento: `PAG.${index + 1}`,
    amountCents: stamps === 0 ? 12_350 : 1600,
    description: 'Pratica 1234 del Comune di Firenze',
    stamp: stamps === 0 ? null : { documentHash: EMPTY_HASH, province: 'FI' },
  })),
  urlBack: 'https://portos.example.org/return/t0ken?back=1&x=2',
  urlCancel: 'https://portos.example.org/return/t0ken?cancel=1',
  ...changes,
});

const IRIS = 'http://www.cart.rete.toscana.it/servizi/iris_1_1';
const NAMESPACES = [
  'xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"',
  `xmlns:px="${IRIS}/proxy"`,
  `xmlns:he="${IRIS}/IdpHeader"`,
  `xmlns:es="${IRIS}/IdpEsito"`,
  `xmlns:pa="${IRIS}/IdpInformativaPagamento"`,
  `xmlns:in="${IRIS}/IdpInclude"`,
].join(' ');

export const soapOf = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<S:Envelope ${NAMESPACES}>\n<S:Body>\n${body}\n</S:Body>\n</S:Envelope>`;

export const faultOf = (text: string): string =>
  soapOf(`<S:Fault><faultcode>S:Server</faultcode><faultstring>${text}</faultstring></S:Fault>`);

/** The answer to an opening or a Delete. */
export const alignmentAnswer = (idpOtf: string, infoMessaggio: string, infoDettaglio = ''): string =>
  soapOf(
    `<px:IdpAllineamentoPendenzeEnteOTF.Esito><px:IdpEsitoOTF Versione="01.03-04"><he:IdpHeader/>${idpOtf}
     <es:IdpBody><es:InfoMessaggio>${infoMessaggio}</es:InfoMessaggio>${infoDettaglio}</es:IdpBody>
     </px:IdpEsitoOTF></px:IdpAllineamentoPendenzeEnteOTF.Esito>`,
  );

export const sessionOf = (url: string): string =>
  `<es:IdpOTF Versione="01.03-04"><es:IdSessioneGW>s1</es:IdSessioneGW><es:UrlGW>${url}</es:UrlGW></es:IdpOTF>`;

export const DONE = '<es:Stato>Elaborato Correttamente</es:Stato>';
export const FAILED = '<es:Stato>Elaborato con Errori</es:Stato>';

export const esitiOf = (code: string, description: string): string =>
  `<es:Esiti>${esitoElement(code, description)}</es:Esiti>`;

export const esitoElement = (code: string, description: string): string =>
  `<es:Esito><es:Codice>${code}</es:Codice><es:Descrizione>${description}</es:Descrizione></es:Esito>`;

export const discarded = (id: string, esiti: string): string =>
  `<es:InfoDettaglio><es:Dettaglio><es:Id>${id}</es:Id><es:Stato>Scartato</es:Stato>${esiti}</es:Dettaglio></es:InfoDettaglio>`;

/** The answer to a poll. */
export const pollAnswer = (content: string): string =>
  soapOf(
    `<px:IdpVerificaStatoPagamenti.Esito><es:IdpEsitoVerifica Versione="01.03-03"><he:IdpHeader/>
     <es:IdpBody>${content}</es:IdpBody></es:IdpEsitoVerifica></px:IdpVerificaStatoPagamenti.Esito>`,
  );

export const stateOf = (id: string, stato: string, description = '-', payment = '', tipo = 'E_BOLLO'): string =>
  `<es:InformazioniPagamento><es:IdPagamento>${id}</es:IdPagamento><es:TipoPendenza>${tipo}</es:TipoPendenza>
   <es:Stato>${stato}</es:Stato><es:DescrizioneStato>${description}</es:DescrizioneStato>${payment}
   </es:InformazioniPagamento>`;

const transactionOf = (id: string): string =>
  `<pa:Transazione><pa:CanalePagamento Tipo="WEB"/><pa:MezzoPagamento Tipo="CC"/><pa:IdTransazione>${id}</pa:IdTransazione>
   <pa:DataOraTransazione>2026-11-23T10:00:00</pa:DataOraTransazione><pa:ImportoTransato>16</pa:ImportoTransato></pa:Transazione>`;

export interface PaymentText {
  readonly importo?: string;
  readonly transazione?: string | null;
  readonly allegato?: string;
  readonly esito?: string;
}

/** What poll (in the namespace of the Esito) and notification say of a payment. */
export const paymentOf = (prefix: 'es' | 'pa', id: string, text: PaymentText = {}): string => {
  const { importo = '16.00', transazione = 'TX.1', allegato = '', esito = 'ESEGUITO' } = text;
  return `<${prefix}:Pagamento>
   <pa:RiferimentoPagamento TipoPagamento="Pagamento Unico"><pa:IdPagamento>${id}</pa:IdPagamento></pa:RiferimentoPagamento>
   <pa:DataOraPagamento>2026-11-23T10:00:00</pa:DataOraPagamento><pa:Importo>${importo}</pa:Importo><pa:Esito>${esito}</pa:Esito>
   ${transazione === null ? '' : transactionOf(transazione)}${allegato}</${prefix}:Pagamento>`;
};

export const allegatoOf = (content: string, codifica = 'XML_'): string =>
  `<pa:Allegato Tipo="Ricevuta"><in:Titolo>Marca.xml</in:Titolo><in:Codifica>${codifica}</in:Codifica><in:Contenuto>${content}</in:Contenuto></pa:Allegato>`;
