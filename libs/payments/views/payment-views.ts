import type { Page, Registry, Store, StoredInstance } from '#libs/engine';
import type { PaymentContext } from '#machines/payment';
import { currentAttempt, practiceInstanceId } from '#machines/payment';
import type { PracticeContext } from '#machines/practice';
import { NotFound } from '../errors.js';
import { isPaymentId } from '../identifiers.js';
import { machineOf } from '../machines.js';
import type { PaymentQuery } from '../requests/payment-query.js';
import { isPracticeId } from '../requests/schemas.js';
import { unknownCursor } from '../requests/validation.js';
import type { HistoryItem } from './history-view.js';
import { attemptNamedBy, historyItem } from './history-view.js';
import type { PaymentView } from './payment-view.js';
import { paymentView } from './payment-view.js';
import type { Records } from '../records.js';

/** A practice as the API shows it: settled once all its payments are paid. */
export interface PracticeView {
  readonly practiceId: string;
  readonly practiceType: string;
  readonly state: 'collecting' | 'settled';
  /** PORTOS withdrew it; then it is settled no more. */
  readonly withdrawn: boolean;
  /** Of the present charges, in their order. */
  readonly payments: readonly PaymentView[];
}

/** A Rigenera whose check took too long, and the timer that says so. */
const OVERDUE = 'regenerated.overdue';
const CHECK_TIMER = 'xstate.after.REGENERATE_CHECK_TIMEOUT.payment.regenerated.checking';

/** Reads what the API shows: a few statements a page, never one an item. */
export class PaymentViews {
  private readonly store: Store;

  constructor(
    private readonly deps: { readonly store: Store; readonly registry: Registry; readonly lookup: Records['lookup'] },
  ) {
    this.store = deps.store;
  }

  /** @throws NotFound */
  async practice(practiceId: string): Promise<PracticeView> {
    const instance = isPracticeId(practiceId) ? await this.store.readInstance(practiceInstanceId(practiceId)) : null;
    if (!instance) throw new NotFound('practice', practiceId);
    const context = instance.snapshot.context as unknown as PracticeContext;
    const payments = await this.payments(context.charges.map((charge) => charge.paymentId));
    return {
      practiceId,
      practiceType: context.practiceType,
      state: instance.state === 'settled' ? 'settled' : 'collecting',
      withdrawn: instance.state === 'collecting.withdrawn',
      payments,
    };
  }

  /** @throws NotFound */
  async payment(paymentId: string): Promise<PaymentView> {
    const [view] = await this.payments([paymentId]);
    if (!view) throw new NotFound('payment', paymentId);
    return view;
  }

  /** @throws NotFound */
  async history(paymentId: string, cursor: number, limit: number): Promise<Page<HistoryItem>> {
    const instance = isPaymentId(paymentId) ? await this.store.readInstance(paymentId) : null;
    if (!instance) throw new NotFound('payment', paymentId);
    const [records, openings] = await Promise.all([
      this.store.readTransitions(paymentId, cursor, limit + 1),
      this.store.readTransitionsOfType([paymentId], 'attempt.opened'),
    ]);
    const context = instance.snapshot.context as unknown as PaymentContext;
    const items = records.slice(0, limit).map((record) => historyItem(record, context, openings));
    const last = items.at(-1);
    return { items, nextCursor: records.length > limit && last ? String(last.seq) : null };
  }

  /** Newest first. @throws RequestRefused for a cursor that no answer gave */
  async list({ q, kind, ...page }: PaymentQuery & { readonly limit: number }): Promise<Page<PaymentView>> {
    const { items, nextCursor } = await this.store.listInstances('payment', {
      ...page,
      ...(kind === undefined ? {} : { context: { kind } }),
      ...(q === undefined ? {} : { ids: await this.deps.lookup.paymentsNamed(q) }),
    });
    const { cursor } = page;
    if (items.length === 0 && cursor !== undefined && !(await this.store.readInstance(cursor))) throw unknownCursor();
    return { items: await this.show(items), nextCursor };
  }

  private async payments(ids: readonly string[]): Promise<PaymentView[]> {
    const found = new Map((await this.store.readInstances(ids.filter(isPaymentId))).map((row) => [row.id, row]));
    return this.show(ids.flatMap((id) => found.get(id) ?? []));
  }

  private async show(instances: readonly StoredInstance[]): Promise<PaymentView[]> {
    const ids = instances.map((instance) => instance.id);
    const overdue = instances.filter((instance) => instance.state === OVERDUE).map((instance) => instance.id);
    const [timers, nextPolls, openings, overdues] = await Promise.all([
      this.store.readTimers(ids),
      this.store.readNextDue(ids, 'iris.poll'),
      this.store.readTransitionsOfType(ids, 'attempt.opened'),
      overdue.length > 0 ? this.store.readTransitionsOfType(overdue, CHECK_TIMER) : [],
    ]);
    return instances.map((instance) => {
      const { number } = currentAttempt(instance.snapshot.context as unknown as PaymentContext);
      const opening = openings.find((record) => record.instanceId === instance.id && attemptNamedBy(record) === number);
      return paymentView(machineOf(this.deps.registry, instance), instance, {
        timers: timers.filter((timer) => timer.instanceId === instance.id),
        nextPollAt: nextPolls.get(instance.id) ?? null,
        openedAt: opening?.at ?? null,
        overdueAt: overdues.findLast((record) => record.instanceId === instance.id)?.at ?? null,
      });
    });
  }
}
