import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Receiver } from '../libs/webhooks/receiver.fixture.js';
import type { HttpRequest } from './http-file.js';
import { filled, isMet, readHttpFile, valueAt } from './http-file.js';
import type { Answer, Stack } from './stack.js';
import { eventually, startStack } from './stack.js';

const { variables, requests } = readHttpFile(readFileSync('docs/portos-payments.http', 'utf8'));

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
}

/** Operation by method and path; a path without parameters comes first, as it does in the API. */
const operations = Object.entries((JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as Described).paths)
  .flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => ({
      template,
      method: method.toUpperCase(),
      operationId,
    })),
  )
  .sort((one, other) => Number(one.template.includes('{')) - Number(other.template.includes('{')));

function operationOf({ method, url, title }: HttpRequest): string {
  const path = url.replace(/^\{\{host\}\}/, '').replace(/\?.*$/, '');
  const found = operations.find(
    ({ template, method: other }) =>
      method === other && new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
  return found?.operationId ?? `${title}: ${method} ${path}`;
}

const ofApi = requests.filter(({ url }) => url.startsWith('{{host}}/'));

describe('docs/portos-payments.http', () => {
  it('has every operation of the API, answered well but where that needs another side, and no other', () => {
    expect([...new Set(ofApi.map(operationOf))].sort()).toEqual(operations.map((each) => each.operationId).sort());
    const well = new Set(ofApi.filter(({ status }) => status < 300).map(operationOf));
    expect(operations.map((each) => each.operationId).filter((operation) => !well.has(operation))).toEqual([
      'notifyFromIris',
      'redriveIncident',
      'returnFromIris',
    ]);
  });

  it('calls nobody else but the sandbox', () => {
    const others = requests.filter(({ url }) => !/^\{\{(host|sandbox)\}\}\//.test(url));
    expect(others).toEqual([]);
  });
});

describe('played in its order', () => {
  let stack: Stack;
  let receiver: Receiver;
  const values = new Map(variables);
  beforeAll(async () => {
    stack = await startStack({ WEBHOOK_ALLOW_PRIVATE: 'true' });
    receiver = await Receiver.open();
    values
      .set('host', stack.apiUrl)
      .set('sandbox', stack.sandboxUrl)
      .set('key', stack.apiKey)
      .set('hooks', receiver.url);
  }, 60_000);
  afterAll(async () => {
    await receiver.close();
    await stack.stop();
  });

  async function send({ method, url, headers, body }: HttpRequest): Promise<Answer<unknown>> {
    const named = Object.entries(headers).map(([name, value]) => [name, filled(value, values)] as const);
    const content = body === undefined ? {} : { body: filled(body, values) };
    const response = await fetch(filled(url, values), { method, headers: Object.fromEntries(named), ...content });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, headers: response.headers, body: isJson ? (JSON.parse(text) as unknown) : text };
  }

  it.each(requests.map((request) => ({ request, title: `${request.title} → ${request.status}` })))(
    '$title',
    async ({ request }) => {
      const { until, copies } = request;
      const answer = await eventually(async () => {
        const found = await send(request);
        return until === null || isMet(until, found.body) ? found : null;
      }, request.title);
      expect([answer.status, answer.status === request.status ? '' : answer.body]).toEqual([request.status, '']);
      for (const [name, path] of copies) values.set(name, String(valueAt(answer.body, path)));
    },
    20_000,
  );
});
