import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Arrival, Decision, Instance } from '#libs/engine';
import { advance } from '#libs/engine';
import type { Attempt, PaymentContext, Position } from './payment.context.js';
import { PaymentStory } from './payment.fixture.js';
import type { PaymentMessage } from './payment.messages.js';
import type { Step } from './payment.steps.fixture.js';
import { steps } from './payment.steps.fixture.js';

interface Decided {
  readonly story: PaymentStory;
  readonly before: Instance;
  readonly arrival: Arrival;
  readonly decision: Decision;
}

const contextOf = (instance: Instance): PaymentContext => instance.snapshot.context as unknown as PaymentContext;
const topOf = (instance: Instance): string => instance.state.split('.')[0] ?? '';
const heardBy = ({ arrival }: Decided): PaymentMessage => arrival.event as PaymentMessage;

/**
 * Whatever happens, `claim` holds after every single decision; a claim is made anew for each life, and may gather what
 * it sees in it. What must hold when all is over is said by `atEnd`.
 */
function always(claim: () => (decided: Decided) => void, atEnd: (story: PaymentStory) => void = () => undefined): void {
  const life = fc.record({ items: fc.integer({ min: 1, max: 5 }), deleteWhenIdle: fc.boolean(), steps });
  fc.assert(
    fc.property(life, ({ items, deleteWhenIdle, steps }: { items: number; deleteWhenIdle: boolean; steps: Step[] }) => {
      const story = new PaymentStory({ items, settings: { deleteWhenIdle, regenerateCooldownMs: 1 } });
      const check = claim();
      story.onDecided = (before, arrival, decision) => check({ story, before, arrival, decision });
      for (const step of steps) step.take(story);
      atEnd(story);
    }),
    { numRuns: 150 },
  );
}

describe('whatever happens, in whatever order', () => {
  it('nothing leaves paid', () => {
    always(() => ({ story, before }) => {
      if (topOf(before) === 'paid') expect(topOf(story.instance)).toBe('paid');
    });
  });

  it('every reported payment is written down exactly once, under one disposition', () => {
    always(() => {
      const reported = new Set<string>();
      return (decided) => {
        const event = heardBy(decided);
        if (event.type === 'position.reported' && event.esito === 'paid') {
          reported.add(`${event.idPagamento}/${event.receipt?.idTransazione ?? '-'}`);
        }
        for (const fact of reported) expect(timesWritten(decided.story.context, fact)).toBe(1);
        expect(receiptsOfPayments(decided.story.context).length).toBeLessThanOrEqual(reported.size);
      };
    });
  });

  it('an item is settled at most once, by the full amount unless an operator says otherwise, and for good', () => {
    always(() => ({ story, before }) => {
      const settling = story.context.attempts
        .flatMap((attempt) => attempt.positions)
        .flatMap(({ item, idPagamento, receipts }) => receipts.map((receipt) => ({ ...receipt, item, idPagamento })))
        .filter((receipt) => receipt.disposition === 'settled');
      const by = (receipt: { item: number; idPagamento: string }) => `${receipt.item} by ${receipt.idPagamento}`;
      expect(settling.map(by).sort()).toEqual(settlements(story.context));
      expect(settling.filter((receipt) => receipt.quarantine === null && receipt.amountCents !== 1_600)).toEqual([]);
      expect(settlements(story.context)).toEqual(expect.arrayContaining(settlements(contextOf(before))));
    });
  });

  it('it is paid as soon as, and only when, every item is settled', () => {
    always(() => ({ story }) => {
      const isSettled = story.context.items.every((item) => item.settledBy !== null);
      expect(topOf(story.instance) === 'paid').toBe(isSettled);
    });
  });

  it('whatever may exist at IRIS and is not settled is asked about until its watch ends', () => {
    always(() => {
      const ended = new Set<number>();
      return (decided) => {
        const { story, decision } = decided;
        const event = heardBy(decided);
        if (event.type === 'watch.ended' && decision.kind === 'applied') ended.add(event.attempt);
        for (const attempt of story.context.attempts.filter(mayExist)) {
          const isWatched = `watch/${attempt.number}` in story.instance.timers;
          for (const position of attempt.positions) {
            const isAsked = story.standing.has(`poll/${position.idPagamento}`);
            if (isAsked) expect(isWatched || isNotified(story, position)).toBe(true);
            if (!settles(position) && !ended.has(attempt.number)) expect(isAsked).toBe(true);
          }
        }
      };
    });
  });

  it('nothing is asked for ever: once all is watched to its end, no question stands', () => {
    always(nothing, (story) => {
      if (topOf(story.instance) === 'redirected' || topOf(story.instance) === 'regenerated') return; // it still waits
      for (const timer of Object.keys(story.instance.timers)) {
        const isEnd = timer.startsWith('push/') || timer.startsWith('watch/');
        if (isEnd && timer in story.instance.timers) story.fire(timer);
      }
      expect([...story.standing.keys()].filter((key) => key.startsWith('poll/'))).toEqual([]);
    });
  });

  it('time alone decides nothing, but for the risk a payer took before in writing', () => {
    always(() => ({ story, before, arrival }) => {
      if (!arrival.timer) return;
      if (contextOf(before).regenerate?.acknowledgedBy != null && topOf(story.instance) === 'initialized') return;
      expect(topOf(story.instance)).toBe(topOf(before));
    });
  });

  it('a payment restored from its stored JSON decides alike, and a decision leaves what it read untouched', () => {
    always(() => ({ story, before, arrival, decision }) => {
      const stored = JSON.stringify(before);
      const again = advance(story.machine, 1, JSON.parse(stored) as Instance, arrival);
      expect(JSON.stringify(again)).toBe(JSON.stringify(decision));
      expect(JSON.stringify(before)).toBe(stored);
    });
  });

  it('every refusal has a reason of its own', () => {
    always(() => ({ decision }) => {
      if (decision.kind === 'ignored') expect(decision.reason).not.toMatch(/^no rule/);
    });
  });
});

describe('two attempts at once, whatever happens', () => {
  it('are never being opened, unless the payer went on at his own risk', () => {
    always(() => {
      let risks = 0;
      return (decided) => {
        const { story, before } = decided;
        const event = heardBy(decided);
        const isRisk =
          contextOf(before).regenerate?.acknowledgedBy != null ||
          (event.type === 'regenerate.requested' && event.acknowledgeInFlight);
        if (isRisk && wentOn(before, story)) risks += 1;
        const asked = story.context.attempts.filter((attempt) => attempt.opening === 'asked');
        expect(asked.length).toBeLessThanOrEqual(1 + risks);
      };
    });
  });

  it('a Rigenera replaces only what is certainly unpaid, or what the payer took the risk for', () => {
    always(() => {
      const lives = new Lives();
      return (decided) => {
        lives.note(decided);
        const { story, before } = decided;
        if (!wentOn(before, story) || topOf(before) === 'initialized' || lives.acknowledged) return;
        const replaced = story.context.attempts.at(-2);
        const missing = new Set(story.context.items.filter((item) => !item.settledBy).map((item) => item.item));
        for (const position of replaced?.shown ? replaced.positions : []) {
          if (missing.has(position.item)) expect(lives.isCertain(position)).toBe(true);
        }
      };
    });
  });

  it('only the current one is offered, open, with the URL it got', () => {
    always(() => ({ story }) => {
      if (topOf(story.instance) !== 'redirected') return;
      expect(story.attempt).toMatchObject({ opening: 'opened', shown: true });
      expect(story.attempt.redirectUrl).toBe(`https://iris.example/gw/${story.attempt.number}`);
    });
  });
});

const settlements = (context: PaymentContext): string[] =>
  context.items.flatMap(({ item, settledBy }) => (settledBy ? [`${item} by ${settledBy.idPagamento}`] : [])).sort();

const nothing = () => () => undefined;

const mayExist = (attempt: Attempt): boolean => attempt.opening === 'opened' || attempt.opening === 'burnt';

const settles = (position: Position): boolean => position.receipts.some((receipt) => receipt.disposition === 'settled');

/** A notification waits to be confirmed. */
const isNotified = (story: PaymentStory, { idPagamento }: Position): boolean =>
  Object.keys(story.instance.timers).some((timer) => timer.startsWith(`push/${idPagamento}/`));

/** A new attempt was begun. */
const wentOn = (before: Instance, story: PaymentStory): boolean =>
  story.context.attempts.length > contextOf(before).attempts.length;

const receiptsOfPayments = (context: PaymentContext) =>
  context.attempts
    .flatMap((attempt) => attempt.positions)
    .flatMap((position) => position.receipts)
    .filter((receipt) => receipt.quarantine !== 'reversed');

/** A payment without transaction is the same as whatever payment of that position is written down. */
function timesWritten(context: PaymentContext, fact: string): number {
  const [idPagamento, idTransazione] = fact.split('/');
  const receipts = context.attempts
    .flatMap((attempt) => attempt.positions)
    .filter((position) => position.idPagamento === idPagamento)
    .flatMap((position) => position.receipts)
    .filter((receipt) => receipt.quarantine !== 'reversed');
  return idTransazione === '-'
    ? Math.min(1, receipts.length)
    : receipts.filter((receipt) => receipt.idTransazione === idTransazione).length;
}

/** What IRIS said and when, kept beside the machine and in other words than the machine's. */
class Lives {
  acknowledged = false;
  private regeneratedAt = 0;
  private readonly said = new Map<string, { esito: string; askedAtSeq: number }>();
  private readonly inFlightAt = new Map<string, number>();
  private readonly deleted = new Set<string>();

  note(decided: Decided): void {
    if (decided.decision.kind !== 'applied') return;
    const event = heardBy(decided);
    const { seq } = decided.decision.instance;
    if (event.type === 'regenerate.requested') {
      if (!decided.before.state.startsWith('regenerated')) {
        this.regeneratedAt = seq;
        this.acknowledged = false;
      }
      if (event.acknowledgeInFlight) this.acknowledged = true;
    }
    if (event.type === 'position.reported') {
      this.said.set(event.idPagamento, event);
      if (event.esito === 'inProgress' || event.esito === 'confirming') this.inFlightAt.set(event.idPagamento, seq);
    }
    if (event.type === 'position.deleteAnswered' && event.answer === 'deleted') this.deleted.add(event.idPagamento);
  }

  isCertain({ idPagamento, receipts }: Position): boolean {
    if (receipts.length > 0) return receipts.every((receipt) => receipt.disposition !== 'quarantined');
    const said = this.said.get(idPagamento);
    if (!said) return false;
    if (this.deleted.has(idPagamento)) return said.esito !== 'inProgress' && said.esito !== 'confirming';
    const since = Math.max(this.regeneratedAt, this.inFlightAt.get(idPagamento) ?? 0);
    return ['refused', 'cancelled', 'unpaid', 'unpayable'].includes(said.esito) && said.askedAtSeq >= since;
  }
}
