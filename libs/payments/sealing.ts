/** How a sealed value travels in a side row: PostgreSQL reads bytea from hexadecimal text. */
export const asBytea = (sealed: Buffer): string => `\\x${sealed.toString('hex')}`;
