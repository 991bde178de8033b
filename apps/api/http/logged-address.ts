import { looksPersonal } from '#libs/platform';

/** As names, numbers and identifiers of ours look; anything else may be anything. */
const PLAIN_SEGMENT = /^[A-Za-z0-9._~-]{0,64}$/;
const PLAIN_NAME = /^[A-Za-z_]{1,40}$/;
/** What follows lets its bearer in, so it is a secret. */
const BEFORE_SECRETS: ReadonlySet<string> = new Set(['return']);
const MOST_PARTS = 12;

/**
 * An address as it may be logged. Identifiers in its path are kept, because a payment is traced by them; a segment that is
 * no identifier, or looks like a tax code, becomes a `*`. Of a query only the plain names are kept: its values are what
 * people search for, and a search field takes whatever is typed into it.
 */
export function loggedAddress(address: string): string {
  const [path = '', query] = address.split('?', 2);
  const segments = path.split('/');
  const shown = segments.map((segment, index) => (isSecret(segments, index) ? '*' : loggedSegment(segment)));
  return `${bounded(shown, '/')}${query ? `?${loggedQuery(query)}` : ''}`;
}

const isSecret = (segments: readonly string[], index: number): boolean =>
  BEFORE_SECRETS.has(segments[index - 1] ?? '') && segments[index] !== '';

const loggedSegment = (segment: string): string =>
  PLAIN_SEGMENT.test(segment) && !looksPersonal(segment) ? segment : '*';

function loggedQuery(query: string): string {
  const names = [...new URLSearchParams(query).keys()];
  return bounded(
    names.map((name) => `${PLAIN_NAME.test(name) ? name : '*'}=*`),
    '&',
  );
}

const bounded = (parts: readonly string[], mark: string): string =>
  [...parts.slice(0, MOST_PARTS), ...(parts.length > MOST_PARTS ? ['…'] : [])].join(mark);
