import type { Arrival, Intake, Store } from '#libs/engine';
import type { PaymentContext } from '#machines/payment';
import { NotFound } from '../errors.js';
import type { Records } from '../records.js';

/**
 * The browser is back from IRIS. Whatever it says is worth nothing as evidence: the open position is asked about at
 * once, and the payer is sent on to PORTOS.
 * @returns where to send the browser.
 * @throws NotFound for a token nobody was given.
 */
export async function payerReturned(
  deps: { intake: Intake; store: Store; identifiers: Records['identifiers']; lookup: Records['lookup'] },
  token: string,
  request: Pick<Arrival, 'requestId'> = {},
): Promise<string> {
  const found = await deps.lookup.returnOf(token);
  const instance = found && (await deps.store.readInstance(found.paymentId));
  const context = instance?.snapshot.context as unknown as PaymentContext | undefined;
  const attempt = context?.attempts.find((candidate) => candidate.returnToken === token);
  if (!instance || !attempt) throw new NotFound('returnToken', token);
  const event = { type: 'payer.returned', attempt: attempt.number };
  const id = deps.identifiers.eventId('payer.returned');
  await deps.intake.submit({ arrivals: [{ to: instance.id, id, event, source: 'payer', ...request }] });
  return withPaymentId(found.returnUrl, instance.id);
}

/** The rest of the query stays as it was written, for PORTOS may have signed it. */
function withPaymentId(address: string, paymentId: string): string {
  const url = new URL(address);
  const others = url.search === '' ? [] : url.search.slice(1).split('&');
  url.search = [...others.filter((pair) => !/^paymentId(=|$)/.test(pair)), `paymentId=${paymentId}`].join('&');
  return url.href;
}
