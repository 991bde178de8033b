import { looksPersonal } from '#libs/platform';

/**
 * Whether a caller's name for its request may be kept and logged: up to 128 visible ASCII characters, as UUIDs and trace ids
 * are, and none that look like a tax code or an e-mail address.
 */
export const isRequestId = (text: string): boolean => /^[\x21-\x7e]{1,128}$/.test(text) && !looksPersonal(text);
