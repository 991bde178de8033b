import type { PaymentContext } from '#machines/payment';
import {
  hasInFlight,
  hasQuarantine,
  hasTransferUnderway,
  isAcknowledgeable,
  isTaken,
  missingItems,
} from '#machines/payment';

/** What a payer reads about a payment: one plain sentence of state, the consequence, and until when. */
export interface Message {
  readonly it: string;
  readonly en: string;
}

/** What is said of a payment that stopped: what became of it, and what to do if nothing of it is paid. */
interface Blocked {
  readonly outcome: Message;
  readonly advice: Message;
}

/**
 * @param until the end of the present wait, null when nothing is waited for
 * @param isExhausted the payment was regenerated as often as allowed
 */
export function messageFor(state: string, context: PaymentContext, until: Date | null, isExhausted = false): Message {
  if (state.startsWith('paid')) return PAID;
  if (hasQuarantine(context)) return QUARANTINED;
  if (context.dropped !== null) return hasInFlight(context) ? IN_FLIGHT : DROPPED;
  const [top, sub] = state.split('.');
  switch (top) {
    case 'initialized':
      return sub === 'opening' ? OPENING : READY;
    case 'redirected':
      if (sub === 'confirming') return CONFIRMING;
      return sub === 'choosing' && until ? choosing(until) : checking(until);
    case 'regenerated':
      if (hasTransferUnderway(context)) return CONFIRMING;
      return sub === 'overdue' && isAcknowledgeable(context) ? OVERDUE : checking(until);
    case 'rejected':
      return blocked(context, REJECTED, isExhausted);
    case 'annulled':
      return blocked(context, ANNULLED, isExhausted);
    default:
      return blocked(context, NOT_CONCLUDED, isExhausted);
  }
}

const PAID: Message = {
  it: 'Pagamento ricevuto. Non serve altro.',
  en: 'Payment received. Nothing else is needed.',
};
const QUARANTINED: Message = {
  it: "L'ufficio sta verificando un pagamento che non corrisponde al dovuto. Non pagare di nuovo.",
  en: 'The office is checking a payment that does not match what is due. Do not pay again.',
};
const OPENING: Message = {
  it: 'Stiamo preparando il pagamento su IRIS. Bastano pochi secondi.',
  en: 'We are preparing the payment at IRIS. It takes a few seconds.',
};
const READY: Message = { it: 'Il pagamento è pronto: puoi pagare.', en: 'The payment is ready: you can pay.' };
const CONFIRMING: Message = {
  it: 'Il bonifico è stato disposto e attende conferma. Non pagare di nuovo.',
  en: 'The bank transfer was made and awaits confirmation. Do not pay again.',
};
const OVERDUE: Message = {
  it: 'Stiamo verificando il pagamento: non pagare di nuovo. IRIS non ha ancora dato un esito certo. Se sei sicuro di non aver pagato, puoi proseguire con un nuovo tentativo, confermandolo: continueremo a controllare il precedente.',
  en: 'We are checking the payment: do not pay again. IRIS has not given a certain answer yet. If you are sure that you have not paid, you can confirm that you want to go on with a new attempt: we will go on checking the former one.',
};
const DROPPED: Message = {
  it: "L'importo è stato sostituito o ritirato in PORTOS. Non pagarlo.",
  en: 'The amount was replaced or withdrawn in PORTOS. Do not pay it.',
};
const REJECTED: Blocked = {
  outcome: { it: 'Pagamento rifiutato.', en: 'Payment refused.' },
  advice: {
    it: 'Nessun addebito risulta su pagoPA: puoi rigenerare il pagamento.',
    en: 'pagoPA shows no charge: you can regenerate the payment.',
  },
};
const ANNULLED: Blocked = { outcome: { it: 'Pagamento annullato.', en: 'Payment annulled.' }, advice: REJECTED.advice };
const NOT_CONCLUDED: Blocked = {
  outcome: { it: 'Pagamento non concluso.', en: 'Payment not concluded.' },
  advice: {
    it: 'Puoi rigenerarlo: prima controlleremo noi che non risulti un addebito.',
    en: 'You can regenerate it: we will first check that there was no charge.',
  },
};
/** Money came and an operator decided that it settles nothing. */
const SETTLES_NOTHING: Message = {
  it: "Quanto risulta versato non vale per questo pagamento: se ne occupa l'ufficio. Puoi rigenerare il pagamento.",
  en: 'What was paid does not count for this payment: the office takes care of it. You can regenerate the payment.',
};
const EXHAUSTED: Message = {
  it: "È stato rigenerato quante volte è possibile: rivolgiti all'ufficio.",
  en: 'It was regenerated as often as possible: please turn to the office.',
};
const IN_FLIGHT: Message = {
  it: 'Risulta un pagamento in corso. Non pagare di nuovo: stiamo controllando noi.',
  en: 'A payment seems to be under way. Do not pay again: we are checking.',
};

const choosing = (until: Date): Message => ({
  it: `Hai aperto il pagamento su IRIS. Puoi completarlo fino alle ${clock(until, 'it-IT')}.`,
  en: `You opened the payment at IRIS. You can complete it until ${clock(until, 'en-GB')}.`,
});

function checking(until: Date | null): Message {
  return {
    it: `Stiamo verificando il pagamento: non pagare di nuovo.${until ? ` Avremo un esito entro le ${clock(until, 'it-IT')}.` : ''}`,
    en: `We are checking the payment: do not pay again.${until ? ` We expect an answer by ${clock(until, 'en-GB')}.` : ''}`,
  };
}

function blocked(context: PaymentContext, { outcome, advice }: Blocked, isExhausted: boolean): Message {
  if (hasInFlight(context)) return IN_FLIGHT;
  if (isExhausted) return joined(outcome, EXHAUSTED);
  const missing = missingItems(context).length;
  const settled = context.items.length - missing;
  if (settled > 0) return joined(outcome, partlyPaid(settled, context.items.length));
  const isMoneyThere = context.attempts.some(({ positions }) => positions.some(isTaken));
  return joined(outcome, isMoneyThere ? SETTLES_NOTHING : advice);
}

const joined = (outcome: Message, rest: Message): Message => ({
  it: `${outcome.it} ${rest.it}`,
  en: `${outcome.en} ${rest.en}`,
});

const partlyPaid = (settled: number, count: number): Message => ({
  it: `Importi pagati: ${settled} su ${count}. Rigenera il pagamento per quello che manca.`,
  en: `Amounts paid: ${settled} of ${count}. Regenerate the payment for what is missing.`,
});

/** The time in Italy, where the office and nearly all payers are. A format costs much to make and nothing to keep. */
const ROME_TIME = { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Rome' } as const;
const CLOCKS = {
  'it-IT': new Intl.DateTimeFormat('it-IT', ROME_TIME),
  'en-GB': new Intl.DateTimeFormat('en-GB', ROME_TIME),
};
const clock = (at: Date, locale: keyof typeof CLOCKS): string => CLOCKS[locale].format(at);
