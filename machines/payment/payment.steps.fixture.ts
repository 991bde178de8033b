import fc from 'fast-check';
import type { Position } from './payment.context.js';
import { allPositions } from './payment.context.js';
import type { PaymentStory } from './payment.fixture.js';
import type { DropCause, Esito, IncidentKind, PaymentMessage, Resolution } from './payment.messages.js';

/**
 * Anything that may happen to a payment, in any order, as a list of steps. A step says "the third attempt" or "the
 * second timer" of whatever there is when its turn comes, so a list stays meaningful while it is shrunk.
 */
export interface Step {
  readonly kind: 'hear' | 'fire' | 'again';
  readonly toString: () => string;
  take(story: PaymentStory): void;
}

const ESITI: readonly Esito[] = [
  'paid',
  'paid',
  'paid',
  'reversed',
  'inProgress',
  'inProgress',
  'confirming',
  'refused',
  'cancelled',
  'unpaid',
  'unpaid',
  'unpayable',
  'unknown',
  'unknown',
];

/** Paid ends a life's adventures, so it seldom comes to all positions at once. */
const ESITI_OF_ALL: readonly Esito[] = [...ESITI.filter((esito) => esito !== 'paid' && esito !== 'reversed'), 'paid'];

const pick = <Value>(values: readonly Value[], index: number): Value => {
  const value = values[index % values.length];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
};

const positionOf = (story: PaymentStory, index: number): Position => pick(allPositions(story.context), index);

const step = (kind: Step['kind'], name: string, take: (story: PaymentStory) => void): Step => ({
  kind,
  take,
  toString: () => name,
});

const index = fc.nat({ max: 40 });
const transaction = fc.constantFrom('T1', 'T1', 'T2', 'T3', null);

const reports = fc
  .record({
    index,
    esito: fc.constantFrom(...ESITI),
    tx: transaction,
    cents: fc.constantFrom(1_600, 1_600, 1_600, 1_600, 1_500, null),
    /** How many decisions ago the question was asked. */
    age: fc.constantFrom(0, 0, 0, 0, 1, 3),
  })
  .map(({ index, esito, tx, cents, age }) =>
    step('hear', `report ${esito} ${tx ?? '-'} ${cents ?? '-'} of ${index} asked ${age} ago`, (story) => {
      const { idPagamento } = positionOf(story, index);
      const askedAtSeq = Math.max(1, story.instance.seq - age);
      const receipt = esito === 'paid' ? { idTransazione: tx, amountCents: cents } : null;
      story.hear({ type: 'position.reported', idPagamento, esito, askedAtSeq, receipt });
    }),
  );

/** The same answer for all positions of the current attempt, as one poll brings it. */
const sweeps = fc.constantFrom(...ESITI_OF_ALL).map((esito) =>
  step('hear', `report ${esito} of all`, (story) => {
    const { number: attempt, positions } = story.attempt;
    for (const { item } of positions) story.report(esito, { item, attempt });
  }),
);

const openings = fc
  .record({
    index,
    how: fc.constantFrom('opened', 'opened', 'opened', 'unreached', 'lost', 'refused', 'misconfigured'),
  })
  .map(({ index, how }) =>
    step('hear', `opening ${how} of ${index}`, (story) => {
      const attempt = index % 4 === 0 ? pick(story.context.attempts, index).number : story.attempt.number;
      if (how === 'opened') story.opened(attempt);
      else if (how === 'lost') story.openingLost(attempt);
      else if (how === 'unreached') story.hear({ type: 'attempt.unreached', attempt, reason: 'ECONNREFUSED' });
      else story.hear({ type: how === 'refused' ? 'attempt.refused' : 'attempt.misconfigured', attempt, code: 'X' });
    }),
  );

const commands = fc.oneof(
  { weight: 3, arbitrary: fc.constant(step('hear', 'redirect', (story) => void story.redirect())) },
  { weight: 1, arbitrary: fc.constant(step('hear', 'annul', (story) => void story.annul())) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom<DropCause>('replaced', 'withdrawn')
      .map((because) => step('hear', `charge ${because}`, (story) => void story.drop(because))),
  },
  {
    weight: 1,
    arbitrary: fc.constant(step('hear', 'verify', (story) => void story.hear({ type: 'verify.requested' }))),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({ acknowledge: fc.boolean(), back: fc.constantFrom(0, 0, 0, 0, 1, -1) })
      .map(({ acknowledge, back }) =>
        step('hear', `regenerate${acknowledge ? ' acknowledged' : ''} ${back} back`, (story) => {
          story.regenerate({ acknowledge, attempt: Math.max(1, story.attempt.number - back) });
        }),
      ),
  },
  {
    weight: 1,
    arbitrary: index.map((index) =>
      step('hear', `returned from ${index}`, (story) => {
        story.hear({ type: 'payer.returned', attempt: pick(story.context.attempts, index).number });
      }),
    ),
  },
);

const timers = index.map((index) =>
  step('fire', `timer ${index}`, (story) => {
    const armed = Object.keys(story.instance.timers);
    if (armed.length > 0) story.fire(pick(armed, index));
  }),
);

const notifications = fc.record({ index, tx: transaction }).map(({ index, tx }) =>
  step('hear', `notification ${tx ?? '-'} of ${index}`, (story) => {
    const { idPagamento } = positionOf(story, index);
    story.hear({ type: 'notification.received', idPagamento, idTransazione: tx, amountCents: 1_600 });
  }),
);

const decisions = fc
  .record({
    index,
    tx: transaction,
    kind: fc.constantFrom<IncidentKind>('amountMismatch', 'anomaly', 'duplicatePayment', 'parkedEffect'),
    resolution: fc.constantFrom<Resolution>('settle', 'refund', 'refunded', 'dismiss'),
  })
  .map(({ index, tx, kind, resolution }) =>
    step('hear', `${resolution} ${kind} ${tx ?? '-'} of ${index}`, (story) => {
      const { idPagamento } = positionOf(story, index);
      story.hear({ type: 'incident.resolved', kind, idPagamento, idTransazione: tx, resolution, reason: 'by hand' });
    }),
  );

const deletions = fc
  .record({ index, answer: fc.constantFrom('deleted', 'notFound', 'notDeletable', 'parked') })
  .map(({ index, answer }) =>
    step('hear', `Delete ${answer} of ${index}`, (story) => {
      const { idPagamento } = positionOf(story, index);
      if (answer === 'parked') {
        const key = `delete/${idPagamento}`;
        story.hear({ type: 'effect.parked', effectType: 'iris.delete', key, reason: 'tried 10 times' });
      } else {
        story.hear({ type: 'position.deleteAnswered', idPagamento, answer: answer as 'deleted' });
      }
    }),
  );

const attestations = fc.record({ index, stored: fc.boolean() }).map(({ index, stored }) =>
  step('hear', `attestation of ${index}`, (story) => {
    const { idPagamento } = positionOf(story, index);
    if (stored) story.hear({ type: 'attestation.stored', idPagamento });
    else {
      const key = `attestation/${idPagamento}`;
      story.hear({ type: 'effect.parked', effectType: 'attestation.fetch', key, reason: 'other digest' });
    }
  }),
);

/** Stretches of a usual life, or chance alone would seldom come as far as a third attempt. */
const stretches = fc.constantFrom(
  step('hear', 'to IRIS', (story) => void story.opened().redirect()),
  step('hear', 'too slow', (story) => {
    if (story.timers().includes('CHOICE_TIMEOUT')) story.fire('CHOICE_TIMEOUT');
    const { number: attempt, positions } = story.attempt;
    for (const { item } of positions) story.report('unpaid', { item, attempt });
  }),
  step('hear', 'Rigenera after a while', (story) => {
    if (story.timers().includes('cooldown')) story.fire('cooldown');
    story.regenerate();
  }),
);

/** What was heard last is heard once more, word for word. */
const repetitions = fc.constant(
  step('again', 'again', (story) => {
    if (story.heard.at(-1)) story.hear(story.heard.at(-1) as PaymentMessage);
  }),
);

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: reports },
    { weight: 6, arbitrary: sweeps },
    { weight: 6, arbitrary: openings },
    { weight: 8, arbitrary: commands },
    { weight: 6, arbitrary: timers },
    { weight: 10, arbitrary: stretches },
    { weight: 2, arbitrary: notifications },
    { weight: 2, arbitrary: decisions },
    { weight: 2, arbitrary: deletions },
    { weight: 1, arbitrary: attestations },
    { weight: 2, arbitrary: repetitions },
  ),
  { maxLength: 50, size: 'max' },
);
