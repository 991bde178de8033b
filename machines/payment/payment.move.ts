import type { Incident } from './payment.incidents.js';
import type { PaymentContext } from './payment.context.js';
import type {
  Ask,
  AttestationPayload,
  DeletePayload,
  NotificationDue,
  OpenPayload,
  PollPayload,
  TellPayload,
  WatchEnded,
} from './payment.messages.js';

/** One step of the machine as data: the next context, with what is asked of the world. */
export interface Move {
  readonly context: PaymentContext;
  readonly asks: readonly Asked[];
}

/** An effect to ask for, an effect no longer wanted, a reminder to arm or to forget. */
export type Asked =
  | { readonly type: 'iris.open'; readonly params: Ask<OpenPayload> }
  | { readonly type: 'iris.poll' | 'iris.watch'; readonly params: Ask<PollPayload> }
  | { readonly type: 'iris.delete'; readonly params: Ask<DeletePayload> }
  | { readonly type: 'attestation.fetch'; readonly params: Ask<AttestationPayload> }
  | Incident
  | { readonly type: 'tell'; readonly params: Ask<TellPayload> }
  | { readonly type: 'cancelEffect'; readonly params: { readonly key: string } }
  | { readonly type: 'remind'; readonly reminder: Reminder }
  | { readonly type: 'forget'; readonly id: string };

/** A delayed event to itself: armed as a timer row, told apart by its id. */
export interface Reminder {
  readonly id: string;
  readonly event: WatchEnded | NotificationDue | { readonly type: 'cooldown.ended' };
  readonly delay: 'WATCH_WINDOW' | 'PUSH_CONFIRM_TIMEOUT' | 'REGENERATE_COOLDOWN';
}

export const move = (context: PaymentContext, ...asks: Asked[]): Move => ({ context, asks });

/** One move after another. */
export function then(first: Move, next: (context: PaymentContext) => Move): Move {
  const second = next(first.context);
  return move(second.context, ...first.asks, ...second.asks);
}
