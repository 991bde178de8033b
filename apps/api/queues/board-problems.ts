import { problem } from '#libs/payments';

/** How the board refuses, and says that it cannot show anything now. */

export const UNAUTHENTICATED = problem(
  401,
  'unauthenticated',
  'Authentication is missing',
  'Give any user name and an API key as the password, or send the header "Authorization: Bearer <API key>".',
);

/** Makes a browser ask for user name and password. */
export const CHALLENGE = 'Basic realm="PORTOS Payments", charset="UTF-8"';

export const READ_ONLY = problem(
  403,
  'forbidden',
  'Not allowed',
  'This key may look at the queues and change nothing; use the operator key.',
);

export const FROM_ELSEWHERE = problem(
  403,
  'forbidden',
  'Not allowed',
  "A change must come from the board's own pages, and another page asked for this one.",
);

export const NO_PAGE = problem(404, 'not-found', 'Not found', 'There is no such page; the board begins at /queues.');

export const UNREACHABLE = problem(
  503,
  'unavailable',
  'Not available',
  'The queues cannot be reached now. No payment is lost by it: what is due stands in the database. Try again later.',
);
