import { markup, type Markup } from '../markup.js';
import type { Violation } from './structure.js';

/** One reason to refuse, with IRIS's code and the element it concerns. */
export interface Refusal {
  readonly code: string;
  readonly description: string;
  readonly element: string | null;
}

/** The reasons to refuse one position. */
export interface PositionRefusal {
  readonly idPendenza: string;
  readonly refusals: readonly Refusal[];
}

/** Descrizione is a Max256Text. */
const LONGEST_DESCRIPTION = 256;

export function structureRefusal({ path, element, reason }: Violation): Refusal {
  return { code: 'BS000011', description: `Errore di schema: ${element}, ${reason}`, element: path };
}

export function duplicateMessage(): Refusal {
  return { code: 'BS000009', description: 'Messaggio duplicato', element: '/IdpHeader/TRT/MsgId' };
}

/** An Esito; the same content stands in several places, each with its own element name around it. */
export function esito({ code, description, element }: Refusal): Markup {
  const text = Array.from(description).slice(0, LONGEST_DESCRIPTION).join('');
  const where = element === null ? null : markup`<e:Elemento>${element}</e:Elemento>`;
  return markup`<e:Esito><e:Codice>${code}</e:Codice><e:Descrizione>${text}</e:Descrizione>${where}</e:Esito>`;
}

export const ACCEPTED = markup`
  <e:IdpBody>
    <e:InfoMessaggio>
      <e:Stato>Elaborato Correttamente</e:Stato>
    </e:InfoMessaggio>
  </e:IdpBody>
`;

/** The whole message is refused: the code stands in InfoMessaggio. */
export function messageRefused(refusal: Refusal): Markup {
  return markup`
    <e:IdpBody>
      <e:InfoMessaggio>
        <e:Stato>Elaborato con Errori</e:Stato>
        <e:Esiti>${esito(refusal)}</e:Esiti>
      </e:InfoMessaggio>
    </e:IdpBody>
  `;
}

/** Some positions are refused, and with them all: their codes stand in InfoDettaglio, one Dettaglio a position. */
export function positionsRefused(refused: readonly PositionRefusal[]): Markup {
  const details = refused.map(
    ({ idPendenza, refusals }) =>
      markup`
        <e:Dettaglio>
          <e:Id>${idPendenza}</e:Id>
          <e:Stato>Scartato</e:Stato>
          <e:Esiti>${refusals.map(esito)}</e:Esiti>
        </e:Dettaglio>
      `,
  );
  return markup`
    <e:IdpBody>
      <e:InfoMessaggio>
        <e:Stato>Elaborato con Errori</e:Stato>
      </e:InfoMessaggio>
      <e:InfoDettaglio>${details}</e:InfoDettaglio>
    </e:IdpBody>
  `;
}
