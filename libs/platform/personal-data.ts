/**
 * What names a natural person by its form alone: an Italian tax code of sixteen characters (DM 23/12/1976, with omocodia)
 * and an e-mail address. Names have no form, so this is a net below the rules that keep personal data away, not one of them.
 */

const LETTER = '[A-Za-z]';
const DIGIT = '[0-9L-NP-Vl-np-v]'; // a digit, or the letter that stands for it in an omocodia
const MONTH = '[A-EHLMPRSTa-ehlmprst]';
const TAX_CODE = `${LETTER}{6}${DIGIT}{2}${MONTH}${DIGIT}{2}${LETTER}${DIGIT}{3}${LETTER}`;
const ALONE = `(?<![A-Za-z0-9])${TAX_CODE}(?![A-Za-z0-9])`;
const MAIL_PART = `[^\\s@"'<>()\\[\\],;:\\\\/=&?]`;
// It begins where such a text begins, and takes in whatever hangs on: so a text is read once, however long it is, and nothing
// of an address is left over for a second look.
const EMAIL = `(?<!${MAIL_PART})${MAIL_PART}+@${MAIL_PART}+\\.${LETTER}{2,}${MAIL_PART}*(?:@${MAIL_PART}*)*`;

const STANDING_ALONE = new RegExp(`${EMAIL}|${ALONE}`);
const STANDING_ALONE_EACH = new RegExp(`${EMAIL}|${ALONE}`, 'g');
const ANYWHERE = new RegExp(`${EMAIL}|${TAX_CODE}`);

/** Whether a text holds a tax code or an e-mail address, also as a part of a URL. For refusing what was sent. */
export const holdsPersonalData = (text: string): boolean => STANDING_ALONE.test(decoded(text));

/**
 * The same, but a tax code counts also in the middle of letters and digits. A random identifier may then look like one,
 * so it serves only where a false alarm costs nothing.
 */
export const looksPersonal = (text: string): boolean => ANYWHERE.test(decoded(text));

/** The text without tax codes and e-mail addresses. */
export const withoutPersonalData = (text: string): string => text.replace(STANDING_ALONE_EACH, '[hidden]');

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // no URL, or a broken one: as it stands
  }
}
