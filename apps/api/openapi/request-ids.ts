const requestId = { type: 'string', minLength: 1, maxLength: 128, pattern: '^[\\x21-\\x7e]+$' };

/**
 * What holds of every request and every answer, said once: the national rules let no route describe a header that begins
 * with `X-`, but for a few. `test/answer-check.ts` holds every answer to it.
 */
export const EVERY_EXCHANGE = {
  description: 'A request has an id, by which it is found in the logs of both sides and in the history of payments.',
  request: {
    headers: {
      'X-Request-ID': {
        description: 'Names this request, without personal data. One that does not fit is replaced.',
        required: false,
        schema: requestId,
        example: '0b1f5c52-8f6e-4d83-9a55-3f0f1f8f9a10',
      },
    },
  },
  answer: {
    headers: {
      'X-Request-ID': {
        description: 'The id of the request, given by its caller or made here.',
        required: true,
        schema: requestId,
        example: '0b1f5c52-8f6e-4d83-9a55-3f0f1f8f9a10',
      },
    },
  },
} as const;
