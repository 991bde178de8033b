import { IrisMisconfigured } from './errors.js';
import type { ChargeKind } from './gateway.js';

/** Who we are to IRIS, and where it is. */
export interface IrisSettings {
  /** http or https, without the names of the services. */
  readonly baseUrl: string;
  /** HTTP Basic; `null` sends none. */
  readonly user: string | null;
  readonly password: string | null;
  /** The creditor's and its system's codes at IRIS (`SenderId`, `SenderSys`). */
  readonly senderId: string;
  readonly senderSys: string;
  /** IRIS itself: its name, and that of its system. */
  readonly receiverId: string;
  readonly receiverSys: string;
  readonly tipoPendenzaBolli: string;
  readonly tipoPendenzaIstruttoria: string;
  /** `Versione` of the messages, e.g. `01.03-04`. */
  readonly version: string;
  /** The deadline of one call, from the connection to the last byte of the answer. */
  readonly timeoutMs: number;
  /** How a document's SHA-256 is written after `HASH=` in `DatiMBD.txt`: IRIS's two interfaces disagree. */
  readonly stampHash: 'hex' | 'base64';
}

export const tipoPendenzaOf = (settings: IrisSettings, kind: ChargeKind): string =>
  ({ bolli: settings.tipoPendenzaBolli, istruttoria: settings.tipoPendenzaIstruttoria })[kind];

/** Settings that could only produce messages IRIS must refuse are found before the first message. */
export function requireUsable(settings: IrisSettings): void {
  const faults = [
    isHttpUrl(settings.baseUrl) ? null : 'baseUrl is not an http or https URL',
    isHttpUrl(settings.baseUrl) && hasCredentials(settings.baseUrl)
      ? 'baseUrl holds credentials: use user and password'
      : null,
    /^[a-zA-Z0-9._]{1,35}$/.test(settings.senderId) ? null : 'senderId is not 1 to 35 of a-z A-Z 0-9 . _',
    isCode(settings.senderSys) ? null : 'senderSys is not of 1 to 35 characters',
    isCode(settings.receiverId) ? null : 'receiverId is not of 1 to 35 characters',
    isCode(settings.receiverSys) ? null : 'receiverSys is not of 1 to 35 characters',
    isCode(settings.tipoPendenzaBolli) ? null : 'tipoPendenzaBolli is not of 1 to 35 characters',
    isCode(settings.tipoPendenzaIstruttoria) ? null : 'tipoPendenzaIstruttoria is not of 1 to 35 characters',
    /^01\.03-0[0-4]$/.test(settings.version) ? null : 'version is not 01.03-00 to 01.03-04',
    Number.isSafeInteger(settings.timeoutMs) && settings.timeoutMs > 0 ? null : 'timeoutMs is not a positive integer',
  ].filter((fault) => fault !== null);
  if (faults.length > 0) throw new IrisMisconfigured(`The settings for IRIS cannot be used: ${faults.join('; ')}.`);
}

/** Printable and without spaces at the ends, which somebody's XML library would take away. */
const isCode = (text: string): boolean => /^(?! )[\u0020-\u007E]{1,35}$/.test(text) && !text.endsWith(' ');

export function isHttpUrl(url: string): boolean {
  return /^https?:\/\/\S+$/.test(url) && URL.canParse(url);
}

const hasCredentials = (url: string): boolean => new URL(url).username !== '';
