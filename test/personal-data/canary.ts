/** A payer whose data occurs nowhere else, and how it would be found wherever it got to. */

export const TAX_CODE = 'CNRGLL85T10A562H';
export const LOCAL_PART = 'canarino.giallo+q7x';
export const EMAIL = `${LOCAL_PART}@example.org`;
export const PAYER = { fiscalCode: TAX_CODE, email: EMAIL };
/** Free text as people write it. */
export const SENTENCE = `chiesto da ${TAX_CODE} (${EMAIL})`;

/** The ways a text may hide in another: as it is, in base64 at any offset, in hexadecimal, in hexadecimal of those. */
function disguises(text: string): string[] {
  const base64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]).toString('base64');
    return encoded.slice(offset === 0 ? 0 : offset + 1, -4); // the ends are shared with the neighbours
  });
  const plain = [text, encodeURIComponent(text), ...base64];
  return [...plain, ...plain.map((form) => Buffer.from(form).toString('hex'))];
}

const NEEDLES = [...new Set([TAX_CODE, LOCAL_PART].flatMap(disguises).map((needle) => needle.toLowerCase()))];

/** Upper and lower case, the two alphabets of base64 and a URL's escapes make no difference. */
export const foundIn = (text: string): string[] => {
  const asWritten = text.toLowerCase();
  const haystack = asWritten.replaceAll('-', '+').replaceAll('_', '/');
  return NEEDLES.filter((needle) => haystack.includes(needle) || asWritten.includes(needle));
};
