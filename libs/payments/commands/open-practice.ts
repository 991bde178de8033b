import type { Sealer } from '#libs/platform';
import { practiceInstanceId } from '#machines/payment';
import type { PracticeOpened } from '#machines/practice';
import { CommandRefused } from '../errors.js';
import type { PracticeRequest } from '../requests/practice-request.js';
import type { Submits } from './command-key.js';
import type { Caller } from './payment-commands.js';
import { fingerprintOf, practiceRows, prepareCharge } from './practice-content.js';
import type { Records } from '../records.js';

export interface OpenPracticeDependencies {
  readonly intake: Submits;
  readonly identifiers: Records['identifiers'];
  readonly sealer: Sealer;
  readonly lookup: Records['lookup'];
}

/**
 * "Paga e Invia": the practice, its payments and the sealed data they need, in one transaction. The event's id is the
 * fingerprint of the content: what was sent before is a duplicate, and other content is refused by the practice itself.
 * Other content that is sent once more is a duplicate of its own refusal, so the practice's fingerprint decides.
 * @throws CommandRefused when the practice exists with other content.
 */
export async function openPractice(
  deps: OpenPracticeDependencies,
  request: PracticeRequest,
  caller: Caller,
): Promise<void> {
  const { practiceId, practiceType } = request;
  const fingerprint = fingerprintOf(deps.sealer, request);
  const charges = await Promise.all(request.charges.map((charge) => prepareCharge(deps, practiceId, charge, caller)));
  const event: PracticeOpened = {
    type: 'practice.opened',
    practiceId,
    practiceType,
    charges: charges.map((charge) => charge.ref),
  };
  const practice = {
    to: practiceInstanceId(practiceId),
    id: `opened/${fingerprint}`,
    event,
    ...caller,
    creates: { machine: 'practice' },
    rows: practiceRows(deps.sealer, request),
  };
  const arrivals = [practice, ...charges.map((charge) => charge.arrival)];
  const [receipt] = await deps.intake.submit({ whole: true, arrivals });
  if (receipt?.decision !== 'applied' && (await deps.lookup.sentContent(practiceId))?.fingerprint !== fingerprint) {
    throw new CommandRefused(null, `practice ${practiceId} exists already, with other content`, []);
  }
}
