import type { AddressInfo } from 'node:net';
import { Logger, type Type } from '@nestjs/common';
import { createSandbox } from '../sandbox.js';
import { Settings } from '../settings.js';
import { HandClock } from './hand-clock.js';
import { insertRequest, newId, verifyRequest, type PositionToOpen } from './messages.js';
import { textsIn } from './reading-answers.js';

/** An address where nobody listens: most specs do not look at notifications. */
const NOBODY = 'http://127.0.0.1:1/';

/** A sandbox that listens on a free port and lives on a clock moved by hand. */
export class SandboxOnTrial {
  private constructor(
    private readonly app: { close(): Promise<void>; get<Part>(type: Type<Part>): Part },
    readonly clock: HandClock,
    readonly url: string,
  ) {}

  static async start(env: Readonly<Record<string, string>> = {}): Promise<SandboxOnTrial> {
    Logger.overrideLogger(false);
    const clock = new HandClock();
    const app = await createSandbox(new Settings({ IRIS_NOTIFY_URL: NOBODY, ...env }), clock);
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    return new SandboxOnTrial(app, clock, `http://127.0.0.1:${port}`);
  }

  stop(): Promise<void> {
    return this.app.close();
  }

  /** What it is made of, for what no answer shows. */
  part<Part>(type: Type<Part>): Part {
    return this.app.get(type);
  }

  /** Sends a SOAP message to the service it is for. */
  soap(message: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const text = typeof message === 'string' ? message : Buffer.from(message).toString('latin1');
    const service = text.includes('IdpVerificaStatoPagament')
      ? 'IdpVerificaStatoPagamenti'
      : 'IdpAllineamentoPendenzeEnteOTF';
    return fetch(`${this.url}/iris/services/${service}`, {
      method: 'POST',
      headers: { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: '""', ...headers },
      body: message,
    });
  }

  /** Opens positions and gives the path of the payer's page. */
  async open(...positions: readonly PositionToOpen[]): Promise<string> {
    const answer = await (await this.soap(insertRequest(positions))).text();
    const [address] = textsIn(answer, 'UrlGW');
    if (address === undefined) throw new Error(`no session was opened: ${answer}`);
    return new URL(address).pathname;
  }

  async openOne(position: Omit<PositionToOpen, 'idPagamento'> = {}): Promise<{ idPagamento: string; page: string }> {
    const idPagamento = newId('I');
    return { idPagamento, page: await this.open({ idPagamento, ...position }) };
  }

  async verify(ids: readonly string[], tipoPendenza?: string): Promise<string> {
    return (await this.soap(verifyRequest(ids, tipoPendenza))).text();
  }

  /** "STATO DESCRIZIONE" of one position, as the detailed poll says it. */
  async stateOf(idPagamento: string, tipoPendenza?: string): Promise<string> {
    const answer = await this.verify([idPagamento], tipoPendenza);
    return [...textsIn(answer, 'Stato'), ...textsIn(answer, 'DescrizioneStato')].join(' ');
  }

  get(path: string): Promise<Response> {
    return fetch(`${this.url}${path}`, { redirect: 'manual' });
  }

  /** Posts JSON, or an empty form as a button of the page does. */
  post(path: string, body?: object): Promise<Response> {
    const json = { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    return fetch(`${this.url}${path}`, { method: 'POST', redirect: 'manual', ...(body === undefined ? {} : json) });
  }

  async ledger(): Promise<{ items: Record<string, string>[]; total: string; positions: Record<string, string>[] }> {
    return (await (await this.get('/sandbox/ledger')).json()) as Awaited<ReturnType<SandboxOnTrial['ledger']>>;
  }
}
