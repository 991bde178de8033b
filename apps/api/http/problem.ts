import type { Response } from 'express';
import type { Problem } from '#libs/payments';

export function sendProblem(response: Response, body: Problem, headers: Readonly<Record<string, string>> = {}): void {
  response.status(body.status).set(headers).type('application/problem+json').send(JSON.stringify(body));
}
