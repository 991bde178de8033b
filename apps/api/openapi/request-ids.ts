import { requestIdHeader } from './headers.js';
import type { Method, Routes } from './operation.js';
import { toParameter } from './parameters.js';

interface Operation {
  readonly parameters?: readonly object[];
  readonly responses: Readonly<Record<string, object>>;
}

type Described<Part> = Part & { readonly headers?: object; readonly $ref?: string };

/** Every request may bring its id, and every answer says which one it has: described of all routes at once. */
export const withRequestIds = (routes: Routes): Routes =>
  Object.fromEntries(
    Object.entries(routes).map(([path, operations]) => [
      path,
      Object.fromEntries(
        Object.entries(operations).map(([method, operation]) => [method as Method, described(operation as Operation)]),
      ),
    ]),
  );

/** The same of answers that several routes share. */
export const sayingRequestIds = (responses: Readonly<Record<string, object>>): object =>
  Object.fromEntries(Object.entries(responses).map(([name, response]) => [name, saying(response)]));

const described = ({ parameters = [], responses, ...rest }: Operation): Operation => ({
  ...rest,
  parameters: [...parameters, toParameter('RequestId')],
  responses: Object.fromEntries(Object.entries(responses).map(([status, response]) => [status, saying(response)])),
});

const saying = <Part extends object>(response: Described<Part>): object =>
  response.$ref === undefined ? { ...response, headers: { ...response.headers, ...requestIdHeader } } : response;
