import type { Identifiers } from './identifiers.js';
import type { AttestationShelf } from './postgres/attestation-shelf.js';
import type { IncidentBook } from './postgres/incident-book.js';
import type { PaymentLookup } from './postgres/lookup.js';

/** A class as its users know it: what they may call, whoever stands behind it. */
type Public<Kept> = Pick<Kept, keyof Kept>;

/** What is kept beside the engine's rows. The real ones are tables; a simulation keeps them in memory. */
export interface Records {
  readonly lookup: Public<PaymentLookup>;
  readonly incidents: Public<IncidentBook>;
  readonly shelf: Public<AttestationShelf>;
  readonly identifiers: Public<Identifiers>;
}
