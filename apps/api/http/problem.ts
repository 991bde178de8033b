import type { Response } from 'express';
import type { Problem } from '#libs/payments';

/** An answer that is a problem, in its final words. */
export class ProblemAnswer extends Error {
  override readonly name = 'ProblemAnswer';
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

export function sendProblem(response: Response, body: Problem, headers: Readonly<Record<string, string>> = {}): void {
  response.status(body.status).set(headers).type('application/problem+json').send(JSON.stringify(body));
}
