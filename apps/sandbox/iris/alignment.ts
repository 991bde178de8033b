import { Injectable } from '@nestjs/common';
import type { Element } from '@xmldom/xmldom';
import { Clock } from '../clock.js';
import { Faults } from '../faults.js';
import { Ledger, type Session } from '../ledger.js';
import { markup, type Markup } from '../markup.js';
import { Scenarios } from '../scenarios.js';
import { Settings } from '../settings.js';
import { readAlignment, type AlignmentRequest } from './alignment-reading.js';
import { deleteRefusals, insertRefusals, messageRefusal, newPositionOf, type RulesContext } from './alignment-rules.js';
import { alignmentRequest } from './alignment-shapes.js';
import { ACCEPTED, duplicateMessage, messageRefused, positionsRefused, structureRefusal } from './esiti.js';
import { answerHeader, readHeader, versionOf, type MessageHeader } from './header.js';
import { violationOf } from './structure.js';

/** The body of an answer, and the session it opened if it did. */
interface Answer {
  readonly body: Markup;
  readonly session: Session | null;
}

const withoutSession = (body: Markup): Answer => ({ body, session: null });

/** IdpAllineamentoPendenzeEnteOTF: opens positions with a session for the payer, or deletes them. */
@Injectable()
export class Alignment {
  constructor(
    private readonly ledger: Ledger,
    private readonly scenarios: Scenarios,
    private readonly faults: Faults,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** The content of the SOAP body of the answer. */
  answer(request: Element): Markup {
    const header = readHeader(request);
    const version = versionOf(request);
    const { body, session } = this.decide(request, header, version);
    const otf = session === null ? null : this.otf(session);
    const idpHeader = answerHeader('IdpAllineamentoPendenze', header, this.clock.now());
    return markup`
      <proxy:IdpAllineamentoPendenzeEnteOTF.Esito>
        <proxy:IdpEsitoOTF Versione="${version}">${idpHeader}${otf}${body}</proxy:IdpEsitoOTF>
      </proxy:IdpAllineamentoPendenzeEnteOTF.Esito>
    `;
  }

  private decide(request: Element, header: MessageHeader | null, version: string): Answer {
    // The name of the message is used up before anything else is looked at, so a refused message uses it up as well.
    if (header !== null && !this.ledger.useMsgId(header)) return withoutSession(messageRefused(duplicateMessage()));
    const violation = violationOf(request, alignmentRequest);
    if (violation !== null || header === null) {
      const found = violation ?? { path: '/IdpHeader', element: 'IdpHeader', reason: 'non leggibile' };
      return withoutSession(messageRefused(structureRefusal(found)));
    }
    const message = readAlignment(request);
    const refusal = messageRefusal(message);
    if (refusal !== null) return withoutSession(messageRefused(refusal));
    return message.otf === null ? this.delete(message) : this.open(message, message.otf, header, version);
  }

  private open(
    message: AlignmentRequest,
    { urlBack, urlCancel }: { urlBack: string; urlCancel: string },
    openedBy: MessageHeader,
    version: string,
  ): Answer {
    const refused = insertRefusals(message, this.rules());
    if (refused.length > 0) return withoutSession(positionsRefused(refused));
    const session = this.ledger.open(
      { urlBack, urlCancel, version, openedBy, openedAt: this.clock.now() },
      message.pendenze.map((pendenza) => newPositionOf(pendenza, this.settings.tipoPendenzaBolli)),
    );
    this.scenarios.takeNext(session.token);
    return { body: ACCEPTED, session };
  }

  private delete(message: AlignmentRequest): Answer {
    const refused = deleteRefusals(message, this.rules(), this.faults.onDelete);
    if (refused.length > 0) return withoutSession(positionsRefused(refused));
    const forgets = this.faults.onDelete === 'forgets';
    for (const { tipoPendenza, idPendenza } of message.pendenze) this.ledger.delete(tipoPendenza, idPendenza, forgets);
    return withoutSession(ACCEPTED);
  }

  private rules(): RulesContext {
    const { tipoPendenzaBolli, tipoPendenzaIstruttoria } = this.settings;
    return { ledger: this.ledger, now: this.clock.now(), tipoPendenzaBolli, tipoPendenzaIstruttoria };
  }

  private otf({ token, version }: Session): Markup {
    const url = `${this.settings.publicUrl}/iris/gateway/${token}`;
    return markup`
      <e:IdpOTF Versione="${version}">
        <e:IdSessioneGW>${token}</e:IdSessioneGW>
        <e:UrlGW>${url}</e:UrlGW>
      </e:IdpOTF>
    `;
  }
}
