import type { StoredEffect } from '#libs/engine';
import type { IncidentView, PaymentView } from '#libs/payments';
import type { PaymentContext, PositionReceipt } from '#machines/payment';
import { writeDuration } from './durations.js';
import type { NamedPayment, Story } from './story.js';

/** One thing that can be said of how a story stands. */
export interface Line {
  readonly label: string;
  /** It changes exactly when the thing does: a date where the text says how long it is until then. */
  readonly truth: string;
  readonly text: string;
}

const NOTHING = 'nothing';
const LABEL_WIDTH = 13;

/** How everything stands that a story is about. */
export async function readOutcome(story: Story): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (const payment of story.payments) lines.push(...(await readPayment(story, payment)));
  return [...lines, ...(await readMoney(story)), ...(await readIncidents(story)), ...(await readPractice(story))];
}

/** What is to be said after a step: refusals, and whatever changed. */
export function tellChanges(before: readonly Line[], after: readonly Line[], refusals: readonly string[]): string[] {
  const known = new Map(before.map(({ label, truth }) => [label, truth]));
  const changed = after.filter(({ label, truth }) => truth !== (known.get(label) ?? NOTHING));
  const told = [...refusals.map((text) => ({ label: 'refused', text })), ...changed];
  if (told.length === 0) return ['(nothing changes)'];
  return told.map(({ label, text }) => `${shown(label).padEnd(LABEL_WIDTH)} ${text}`.trimEnd());
}

/** A label is unique in its outcome; what makes it so beyond its words is not shown. */
const shown = (label: string): string => label.replace(/\|.*$/, '');

async function readPayment(story: Story, { name, paymentId }: NamedPayment): Promise<readonly Line[]> {
  const { store } = story.stage.stack.payments;
  const [view, instance, effects] = await Promise.all([
    story.view(paymentId),
    store.readInstance(paymentId),
    store.readEffects(paymentId),
  ]);
  if (!instance) throw new Error(`${paymentId} is not there`);
  const context = instance.snapshot.context as unknown as PaymentContext;
  const line = (label: string, text: string, truth = text): Line => ({ label: `  ${label}|${name}`, truth, text });
  const teller = new Teller(story.stage.now, context);
  const asked = (type: string): StoredEffect[] => effects.filter((effect) => effect.type === type);
  const rest = effects.filter(
    (effect) => !/^iris\.(poll|watch)$/.test(effect.type) && !isWaitOf(effect, instance.state),
  );
  return [
    { ...teller.state(view, instance.state), label: name },
    line('may', view.allowedActions.join(', ') || NOTHING),
    line('reads', reading(view)),
    line('esiti', teller.esiti()),
    line('asks', teller.due(asked('iris.poll')), truthOf(asked('iris.poll'))),
    line('watches', teller.due(asked('iris.watch')), truthOf(asked('iris.watch'))),
    line('waits', teller.due(rest), truthOf(rest)),
    ...context.items.map(({ item }) => line(`item ${item}`, teller.item(item))),
  ];
}

/** The present state's own wait is told with the state. */
const isWaitOf = ({ key }: StoredEffect, state: string): boolean =>
  key.startsWith('timer/xstate.after.') && key.endsWith(`.payment.${state}`);

const truthOf = (effects: readonly StoredEffect[]): string =>
  effects.length === 0
    ? NOTHING
    : effects
        .map(({ key, status, dueAt, leaseUntil }) => `${key} ${status} ${dueAt.toISOString()} ${String(leaseUntil)}`)
        .join();

const reading = ({ message }: PaymentView): string =>
  `«${message.it}»${/non pagar/i.test(message.it) ? ' (not to pay)' : ''}`;

const EFFECTS: Readonly<Record<string, string>> = {
  'iris.open': 'opening of',
  'iris.delete': 'deletion of',
  'attestation.fetch': 'attestation of',
};

const DELETIONS = { none: '', asked: ' (to be deleted)', answered: ' (not deleted)', deleted: ' (deleted)' } as const;

/** Says what stands in a payment's context and in its effects' rows. */
class Teller {
  constructor(
    private readonly now: Date,
    private readonly context: PaymentContext,
  ) {}

  state({ attempt, acknowledgeFrom, dropped }: PaymentView, path: string): Omit<Line, 'label'> {
    const parts = [`${path}, attempt ${attempt.number}`, ...(dropped ? [`its charge was ${dropped}`] : [])];
    const waits = attempt.expiresAt ? [`for ${this.#until(attempt.expiresAt)}`] : [];
    const risk = acknowledgeFrom ? [`the payer may take the risk ${this.#from(acknowledgeFrom)}`] : [];
    const truth = [...parts, attempt.expiresAt, risk.length > 0 ? acknowledgeFrom : null].join();
    return { truth, text: [...parts, ...waits, ...risk].join(', ') };
  }

  esiti(): string {
    const known = this.#positions().flatMap(({ name, position: { esito, deletion } }) =>
      esito ? [`${name} ${esito}${DELETIONS[deletion]}`] : [],
    );
    return known.join(', ') || NOTHING;
  }

  due(effects: readonly StoredEffect[]): string {
    const told = effects.map((effect) => ({ what: this.#what(effect), when: this.#when(effect) }));
    const whens = [...new Set(told.map(({ when }) => when))];
    const groups = whens.map((when) => {
      const whats = told.filter((one) => one.when === when).map(({ what }) => what);
      return `${whats.sort().join(', ')} ${when}`;
    });
    return groups.join('; ') || NOTHING;
  }

  item(number: number): string {
    const settledBy = this.context.items.find(({ item }) => item === number)?.settledBy;
    const receipts = this.#positions().flatMap(({ name, position }) =>
      position.item === number ? position.receipts.map((receipt) => ({ name, receipt })) : [],
    );
    const settled = settledBy ? `settled by attempt ${settledBy.attempt}` : 'open';
    const others = receipts.filter(({ receipt }) => receipt.disposition !== 'settled');
    return [settled, ...others.map(({ name, receipt }) => `${name} ${becameOf(receipt)}`)].join('; ');
  }

  nameOf(idPagamento: string | null): string {
    return this.#positions().find(({ position }) => position.idPagamento === idPagamento)?.name ?? '';
  }

  #positions() {
    return this.context.attempts.flatMap(({ number, positions }) =>
      positions.map((position) => ({ name: `${number}.${position.item}`, position })),
    );
  }

  #what({ type, key, payload }: StoredEffect): string {
    const { idPagamento = null, attempt } = payload as Record<string, string | null>;
    if (/^iris\.(poll|watch)$/.test(type)) return this.nameOf(idPagamento);
    if (type !== 'timer') {
      return `${EFFECTS[type] ?? type} ${idPagamento ? this.nameOf(idPagamento) : `attempt ${String(attempt)}`}`;
    }
    const [, id = '', name = ''] = /^timer\/(\w+)(?:\/(.*))?$/.exec(key) ?? [];
    if (id === 'watch') return `end of watch ${name}`;
    if (id === 'push') return `notification of ${this.nameOf(name.split('/')[0] ?? '')} unconfirmed`;
    return id === 'cooldown' ? 'end of cool-down' : key;
  }

  #when({ status, dueAt, leaseUntil }: StoredEffect): string {
    if (status === 'parked') return 'given up';
    return leaseUntil ? 'answer on its way' : `in ${this.#until(dueAt.toISOString())}`;
  }

  #until = (instant: string): string => writeDuration(Date.parse(instant) - this.now.getTime());

  #from = (instant: string): string =>
    Date.parse(instant) > this.now.getTime() ? `in ${this.#until(instant)}` : 'now';
}

const becameOf = ({ disposition, amountCents }: PositionReceipt): string =>
  `${disposition === 'refundDue' ? 'refund due' : disposition} ${(amountCents / 100).toFixed(2)}`;

async function readMoney(story: Story): Promise<readonly Line[]> {
  const names = new Map<string, string>();
  for (const { name, paymentId } of story.payments) {
    for (const { number, positions } of (await story.view(paymentId)).attempts) {
      for (const { idPagamento, item } of positions) {
        names.set(idPagamento, `${story.payments.length > 1 ? `${name} ` : ''}${number}.${item}`);
      }
    }
  }
  const taken = (await story.taken()).flatMap(({ idPagamento, amount, refund }) => {
    const name = names.get(idPagamento);
    return name === undefined ? [] : [`${name} ${amount}${refund ? ' (given back)' : ''}`];
  });
  const text = taken.sort().join(', ') || NOTHING;
  return [{ label: 'IRIS took', truth: text, text }];
}

/** What stands under one name is told apart by its order: what is closed came first. */
async function readIncidents(story: Story): Promise<readonly Line[]> {
  const { store } = story.stage.stack.payments;
  const told: { readonly name: string; readonly isOpen: boolean; readonly text: string }[] = [];
  for (const incident of await story.incidents()) {
    const instance = await store.readInstance(incident.paymentId ?? '');
    const teller = new Teller(story.stage.now, instance?.snapshot.context as unknown as PaymentContext);
    const position = teller.nameOf(incident.idPagamento);
    const name = `${incident.kind}${position ? ` of ${position}` : ''}`;
    told.push({ name, isOpen: incident.state === 'open', text: `${name}${endOf(incident)}` });
  }
  told.sort((one, other) => one.name.localeCompare(other.name) || Number(one.isOpen) - Number(other.isOpen));
  return told.map(({ name, text }, index) => {
    const order = told.slice(0, index).filter((before) => before.name === name).length;
    return { label: `incident|${name} ${order}`, truth: text, text };
  });
}

function endOf({ resolution, amount, allowedResolutions, redrivable, facts }: IncidentView): string {
  if (resolution !== null) return ` is closed: ${resolution}`;
  const decisions = [...allowedResolutions, ...(redrivable ? ['redrive'] : [])];
  return `${amount ? ` (${amount.amount})` : ''}, to be decided: ${decisions.join(', ')}\n${' '.repeat(LABEL_WIDTH + 1)}${facts}`;
}

async function readPractice(story: Story): Promise<readonly Line[]> {
  const { state, withdrawn } = await story.practice();
  const text = withdrawn ? `${state}, withdrawn` : state;
  return [{ label: 'practice', truth: text, text }];
}
