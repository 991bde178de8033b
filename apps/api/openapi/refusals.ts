import type { ProblemExample } from './examples/problems.js';
import { problems } from './examples/problems.js';
import { challengeHeader, earlyHeader, quotaHeaders, replayHeader, retryHeader } from './headers.js';
import { ref } from './schema.js';

export const PROBLEM_TYPE = 'application/problem+json';

/** Why a route refuses with a status, and what it then says. */
export interface Refusal {
  readonly description: string;
  readonly examples: readonly ProblemExample[];
}

export const problemContent = (examples: readonly ProblemExample[]) => ({
  [PROBLEM_TYPE]: {
    schema: ref('Problem'),
    examples: Object.fromEntries(
      examples.map((name) => [name, { summary: problems[name].detail, value: problems[name] }]),
    ),
  },
});

/** The answer of a route that only who has a key may call. */
export const refusalOf = (status: number, { description, examples }: Refusal, isReplayable = false) => ({
  description,
  headers: {
    ...quotaHeaders,
    ...(status === 401 && challengeHeader),
    ...([429, 503].includes(status) && retryHeader),
    ...(status === 409 && earlyHeader),
    ...(isReplayable && replayHeader),
  },
  content: problemContent(examples),
});

interface SharedRefusal extends Refusal {
  readonly status: number;
}

/** Refusals that are the same wherever they occur. */
const SHARED = {
  Malformed: {
    status: 400,
    description: 'Richiesta malformata / The address, a parameter or the body is not what the description says.',
    examples: ['malformed', 'notJson'],
  },
  Unauthenticated: {
    status: 401,
    description: 'Manca una chiave valida / No key or token, or one that opens nothing.',
    examples: ['unauthenticated'],
  },
  Forbidden: {
    status: 403,
    description: 'Ruolo non sufficiente / The caller has none of the roles this is for.',
    examples: ['forbidden'],
  },
  NotFound: { status: 404, description: 'Non esiste / There is no such thing.', examples: ['notFound'] },
  StillRunning: {
    status: 409,
    description: 'Ancora in corso / The first request under this Idempotency-Key is still worked on.',
    examples: ['stillRunning'],
  },
  TooLarge: { status: 413, description: 'Troppo grande / The body is too large.', examples: ['tooLarge'] },
  UnsupportedMediaType: {
    status: 415,
    description: 'Formato non accettato / The character set or the encoding of the body is not one that is read.',
    examples: ['unsupported'],
  },
  KeyUsed: {
    status: 422,
    description: 'Chiave già usata / The Idempotency-Key was used for a request with another content.',
    examples: ['keyUsed'],
  },
  TooManyRequests: {
    status: 429,
    description: 'Troppe richieste / The quota of this minute is used up.',
    examples: ['tooMany'],
  },
  InternalError: {
    status: 500,
    description: 'Errore interno / An error of ours. Nothing is known to be done; it may be repeated.',
    examples: ['internal'],
  },
  Unavailable: {
    status: 503,
    description: 'Non disponibile / Something we need cannot be reached now. Nothing was done; try again later.',
    examples: ['unavailable'],
  },
} as const satisfies Readonly<Record<string, SharedRefusal>>;

export type SharedName = keyof typeof SHARED;

export const sharedResponses = Object.fromEntries(
  Object.entries(SHARED).map(([name, { status, ...refusal }]) => [name, refusalOf(status, refusal)]),
);

export const shared = (name: SharedName) => ({
  [SHARED[name].status]: { $ref: `#/components/responses/${name}` },
});
