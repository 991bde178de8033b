import type { ChargeKind } from '#machines/payment';
import type { PracticeType } from '#machines/practice';
import { ALLOWED_CHARGES } from '#machines/practice';
import type { Cents } from '../values/money.js';
import { parseAmount, STAMP_DUTY_CENTS } from '../values/money.js';
import type { TaxCode } from '../values/tax-code.js';
import { parseTaxCode } from '../values/tax-code.js';
import type { Fault } from './validation.js';
import { RequestRefused, validator } from './validation.js';
import { practiceSchema } from './schemas.js';

/** "Paga e Invia": a practice with its payer and its one or two charges, every value checked. */
export interface PracticeRequest {
  readonly practiceId: string;
  readonly practiceType: PracticeType;
  readonly payer: Payer;
  readonly charges: readonly ChargeRequest[];
  readonly returnUrl: string;
}

/** Personal data: kept sealed, never in a snapshot, a job, a log or a URL. */
export interface Payer {
  readonly fiscalCode: TaxCode;
  readonly email: string;
}

export type ChargeRequest = BolliRequest | IstruttoriaRequest;

export interface StampDuty {
  /** Base64 of the SHA-256 of the document the stamp is for. */
  readonly documentHash: string;
  readonly province: string;
}

export interface BolliRequest {
  readonly kind: 'bolli';
  readonly stampDuties: readonly StampDuty[];
}

export interface IstruttoriaRequest {
  readonly kind: 'istruttoria';
  readonly amountCents: Cents;
  readonly reason: string;
}

/** The shape the schema vouches for. */
interface PracticeBody {
  readonly practiceId: string;
  readonly practiceType: PracticeType;
  readonly payer: { readonly fiscalCode: string; readonly email: string };
  readonly charges: readonly (
    | BolliRequest
    | { readonly kind: 'istruttoria'; readonly amount: { readonly amount: string }; readonly reason: string }
  )[];
  readonly returnUrl: string;
}

const validate = validator<PracticeBody>(practiceSchema);

/** @throws RequestRefused naming every fault, `schema` before `values`. */
export function parsePracticeRequest(body: unknown): PracticeRequest {
  const given = validate(body);
  const faults: Fault[] = [];
  const fiscalCode = parseTaxCode(given.payer.fiscalCode);
  if (!fiscalCode) {
    faults.push({
      pointer: '/payer/fiscalCode',
      message: 'is not a codice fiscale or partita IVA whose check character holds; check it for a typing error',
    });
  }
  if (!/^https?:/i.test(given.returnUrl) || !URL.canParse(given.returnUrl)) {
    faults.push({ pointer: '/returnUrl', message: 'must be an http or https address' });
  }
  const charges = readCharges(given, faults);
  if (!fiscalCode || faults.length > 0) throw new RequestRefused('values', faults);
  return {
    practiceId: given.practiceId,
    practiceType: given.practiceType,
    payer: { fiscalCode, email: given.payer.email },
    charges,
    returnUrl: given.returnUrl,
  };
}

/**
 * The same for the practice that the address names.
 * @throws RequestRefused also when the body names another one
 */
export function parsePracticeRequestFor(practiceId: string, body: unknown): PracticeRequest {
  const request = parsePracticeRequest(body);
  if (request.practiceId === practiceId) return request;
  throw new RequestRefused('values', [{ pointer: '/practiceId', message: 'must be the one in the address' }]);
}

function readCharges(given: PracticeBody, faults: Fault[]): ChargeRequest[] {
  const allowed: readonly ChargeKind[] = ALLOWED_CHARGES[given.practiceType];
  const seen = new Set<ChargeKind>();
  return given.charges.flatMap((charge, index): ChargeRequest[] => {
    if (!allowed.includes(charge.kind)) {
      const message = `a practice of type ${given.practiceType} has no ${charge.kind}; allowed here: ${allowed.join(', ')}`;
      faults.push({ pointer: `/charges/${index}/kind`, message });
    }
    if (seen.has(charge.kind)) {
      faults.push({ pointer: `/charges/${index}/kind`, message: `there is already a charge of kind ${charge.kind}` });
    }
    seen.add(charge.kind);
    if (charge.kind === 'bolli') return [canonical(charge)];
    const amountCents = parseAmount(charge.amount.amount);
    if (amountCents === null) {
      const message = 'must be a decimal above zero with exactly two digits after the point, such as "150.00"';
      faults.push({ pointer: `/charges/${index}/amount/amount`, message });
      return [];
    }
    return [{ kind: charge.kind, amountCents, reason: charge.reason }];
  });
}

/** The same content must read the same, in whatever order its properties came. */
const canonical = ({ stampDuties }: BolliRequest): BolliRequest => ({
  kind: 'bolli',
  stampDuties: stampDuties.map(({ documentHash, province }) => ({ documentHash, province })),
});

/** The items of a charge: each stamp duty, or the one fee. */
export const itemAmounts = (charge: ChargeRequest): readonly Cents[] =>
  charge.kind === 'bolli' ? charge.stampDuties.map(() => STAMP_DUTY_CENTS) : [charge.amountCents];
