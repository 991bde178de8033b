/**
 * IRIS's codes, sorted by who must act. A code that stands in no list has an unknown outcome: better one attempt
 * burnt and watched than a payment nobody looks for.
 */
import { IrisMisconfigured, IrisOutcomeUnknown, IrisRefused } from './errors.js';
import type { DeleteAnswer } from './gateway.js';
import { clip, withoutPersonalData } from './personal-data.js';
import { ESITO } from './vocabularies.js';
import type { Incoming } from './xml-reading.js';

/** One error as IRIS tells it. */
export interface IrisEsito {
  readonly codice: string;
  readonly descrizione: string;
  readonly elemento: string | null;
}

/** `Esito` of IdP.Esito.xsd: one error, with the element it is about. */
export const readEsito = (esito: Incoming): IrisEsito => ({
  codice: esito.only(ESITO, 'Codice').text(8),
  descrizione: esito.optional(ESITO, 'Descrizione')?.text(4096) ?? '',
  elemento: esito.optional(ESITO, 'Elemento')?.text(4096) ?? null,
});

/** "See the details": they say nothing by themselves. */
const SUMMARIES = new Set(['OK000000', 'KO000000']);

/** The payer's data, the stamp or the dates of the position. */
const REFUSALS = new Set(['BS000020', 'BS000040', 'A0000036', 'A0000040', 'A0000041', 'A0000042']);

/** Creditor, system or type of debt unknown, not enabled or not ours; format and schema of the message. */
const MISCONFIGURATIONS = new Set([
  ...['BS000001', 'BS000002', 'BS000003', 'BS000004', 'BS000005', 'BS000006'],
  ...['BS00007', 'BS00008', 'BS000007', 'BS000008'], // IRIS spells the first two, with seven characters
  ...['BS000010', 'BS000011', 'BS000013', 'BS000014', 'BS000015', 'BS000016', 'BS000017', 'BS000018', 'BS000034'],
]);

/**
 * IRIS already holds a payment, or the promise of one, on the position. When opening, this is no refusal though it
 * sounds like one: our identifiers are new for every attempt, so an earlier delivery of the same message must have
 * arrived, and what it opened has to be watched. The same holds for a duplicate message, position or condition
 * (BS000009, BS000021, BS000022), which stand in no list for that reason.
 */
const ALREADY_THERE = new Set(['BS000031', 'BS000032', 'BS000033', 'A0000005', 'A0000007', 'A0000012', 'A0000016']);

const NOT_FOUND = new Set(['BS000023', 'BS000024']);
const NOT_DELETABLE = new Set(['BS000025', 'BS000026', ...ALREADY_THERE]);

/** The error that a refused message amounts to. The gravest code decides: unknown, then ours, then the payer's. */
export function failureOf(esiti: readonly IrisEsito[]): IrisRefused | IrisMisconfigured | IrisOutcomeUnknown {
  const telling = esiti.filter(({ codice }) => !SUMMARIES.has(codice));
  const unlisted = telling.find(({ codice }) => !REFUSALS.has(codice) && !MISCONFIGURATIONS.has(codice));
  if (unlisted) return new IrisOutcomeUnknown(...told(unlisted));
  const misconfiguration = telling.find(({ codice }) => MISCONFIGURATIONS.has(codice));
  if (misconfiguration) return new IrisMisconfigured(...told(misconfiguration));
  const [refusal] = telling;
  if (refusal) return new IrisRefused(...told(refusal));
  return new IrisOutcomeUnknown('IRIS did not do what was asked, and gave no reason.');
}

/** What IRIS says of a position it did not delete, or `null` if the codes say something else. */
export function deleteAnswerOf(esiti: readonly IrisEsito[]): Exclude<DeleteAnswer, 'deleted'> | null {
  const telling = esiti.filter(({ codice }) => !SUMMARIES.has(codice));
  if (telling.length === 0) return null;
  if (telling.every(({ codice }) => NOT_FOUND.has(codice))) return 'notFound';
  return telling.every(({ codice }) => NOT_DELETABLE.has(codice)) ? 'notDeletable' : null;
}

/** A SOAP fault may name a code in its text; without one nobody knows what happened. */
export function failureOfFault(faultText: string): IrisRefused | IrisMisconfigured | IrisOutcomeUnknown {
  const codes = faultText.match(/\b(BS[0-9]{5,6}|A[0-9]{7})\b/g) ?? [];
  if (codes.length > 0) return failureOf(codes.map((codice) => ({ codice, descrizione: faultText, elemento: null })));
  return new IrisOutcomeUnknown('IRIS answered with a SOAP fault.', { values: { description: shown(faultText) } });
}

const told = ({ codice, descrizione, elemento }: IrisEsito) =>
  [
    `IRIS answered ${codice}: ${shown(descrizione)}`,
    {
      code: codice,
      values: { description: shown(descrizione), ...(elemento === null ? {} : { element: shown(elemento) }) },
    },
  ] as const;

/** IRIS's words as they may be stored and logged. */
export const shown = (text: string): string => clip(withoutPersonalData(text), 256);
