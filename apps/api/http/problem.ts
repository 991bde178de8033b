import type { Response } from 'express';

/** An error as the API answers it (RFC 9457). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
  readonly [extension: string]: unknown;
}

/** A class of problems; `name` ends the type's address, so that a client can branch on it. */
export function problem(status: number, name: string, title: string, detail: string, more: object = {}): Problem {
  return { type: `urn:portos:problem:${name}`, title, status, detail, ...more };
}

export function sendProblem(response: Response, body: Problem, headers: Readonly<Record<string, string>> = {}): void {
  response.status(body.status).set(headers).type('application/problem+json').send(JSON.stringify(body));
}
