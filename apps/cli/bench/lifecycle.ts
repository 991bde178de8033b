import { setTimeout as pause } from 'node:timers/promises';
import type { Build } from './build.js';
import { practiceRequest } from './build.js';

/** What the driver saw of one lifecycle, in milliseconds. */
export interface Observed {
  /** From giving the command `redirect` until it was committed and answered. */
  readonly redirectMs: number;
  /** From the payer's return being given until IRIS was asked because of it: commit, ring, job, claim, call. */
  readonly effectMs: number;
}

let lastPractice = 0;

/**
 * One durable lifecycle: "Paga e Invia" -> opened at IRIS -> redirected -> the payer pays and returns -> IRIS is asked ->
 * paid -> attestation fetched and practice told -> receipted and settled.
 * @param pauseMs before each event, so that nothing else is under way.
 */
export async function live(build: Build, pauseMs = 0): Promise<Observed> {
  const practiceId = `BENCH-${(lastPractice += 1)}`;
  const payment = await build.open(practiceRequest(practiceId));
  if (pauseMs > 0) await pause(pauseMs);
  const redirectedAt = performance.now();
  await build.redirect(payment);
  const redirectMs = performance.now() - redirectedAt;
  if (pauseMs > 0) await pause(pauseMs);
  const asked = build.iris.pay(payment.idPagamento);
  const returnedAt = performance.now();
  const effectMs = asked.then(() => performance.now() - returnedAt);
  await build.payerReturned(payment);
  await build.ended(practiceId);
  build.iris.forget(payment.idPagamento);
  return { redirectMs, effectMs: await effectMs };
}

/** A payment that waits for a payer who has been sent to IRIS. */
export async function leaveWaiting(build: Build): Promise<string> {
  const payment = await build.open(practiceRequest(`BENCH-${(lastPractice += 1)}`));
  await build.redirect(payment);
  return payment.paymentId;
}

/** However slow a build is, something ends within this time. */
const STUCK_AFTER_MS = 60_000;

/**
 * Does `work` so many times, `inFlight` at once.
 * @throws when nothing was finished for a minute.
 */
export async function repeat<Result>(
  count: number,
  inFlight: number,
  work: () => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  let begun = 0;
  let stuck: (error: Error) => void = () => undefined;
  const watch = new Promise<never>((_, reject) => (stuck = reject));
  const timer = setInterval(
    () => stuck(new Error(`nothing ended for a minute, after ${results.length}`)),
    STUCK_AFTER_MS,
  );
  const worker = async (): Promise<void> => {
    while (begun < count) {
      begun += 1;
      results.push(await work());
      timer.refresh();
    }
  };
  const workers = Promise.all(Array.from({ length: Math.min(inFlight, count) }, worker));
  try {
    await Promise.race([workers, watch]);
  } finally {
    clearInterval(timer);
  }
  return results;
}
