import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Notification {
  readonly authorization: string | undefined;
  readonly body: string;
}

const NS = 'http://www.cart.rete.toscana.it/servizi/iris_1_1';

/** What a creditor answers once the notification is stored. */
export function infoMessaggio(stato: string, namespace = `${NS}/IdpEsito`): string {
  return `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>
<x:IdpInformativaPagamentoResponse xmlns:x="${NS}/proxy"><infoMessaggio><e:Stato xmlns:e="${namespace}">${stato}</e:Stato>
</infoMessaggio></x:IdpInformativaPagamentoResponse></s:Body></s:Envelope>`;
}

export const STORED = { status: 200, body: infoMessaggio('Elaborato Correttamente') };

/** The creditor's side of the notifications: answers what the spec queued, then that all is stored. */
export class NotificationReceiver {
  readonly received: Notification[] = [];
  private readonly answers: { status: number; body: string }[] = [];
  private arrived: (() => void)[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<NotificationReceiver> {
    const server = createServer();
    const receiver = new NotificationReceiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { status, body } = receiver.answers.shift() ?? STORED;
        receiver.received.push({
          authorization: request.headers.authorization,
          body: Buffer.concat(chunks).toString('utf8'),
        });
        response.writeHead(status, { 'Content-Type': 'text/xml', Connection: 'close' }).end(body);
        for (const resume of receiver.arrived.splice(0)) resume();
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/iris/notifications`;
  }

  answerNext(...answers: readonly { status: number; body: string }[]): void {
    this.answers.push(...answers);
  }

  async untilReceived(count: number): Promise<void> {
    while (this.received.length < count) await new Promise<void>((resume) => this.arrived.push(resume));
  }

  stop(): Promise<void> {
    return new Promise((closed) => this.server.close(() => closed()));
  }
}
