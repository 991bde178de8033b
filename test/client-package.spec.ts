import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PaymentView, PracticeView } from '#libs/payments';
import { OutsideProject } from './outside/project.js';
import type { Stack } from './stack.js';
import { eventually, freePorts, startStack } from './stack.js';

/** The client as somebody else has it: installed from its package file, in a project that knows nothing of this one. */

let project: OutsideProject;
let stack: Stack;
let hooksPort: number;
beforeAll(async () => {
  [project, stack, [hooksPort = 0]] = await Promise.all([
    OutsideProject.create(),
    startStack({ WEBHOOK_ALLOW_PRIVATE: 'true' }),
    freePorts(1),
  ]);
}, 180_000);
afterAll(async () => {
  await Promise.all([stack.stop(), project.remove()]);
});

/** The programs in a text: its blocks of TypeScript that import the client. */
async function examples(file: string): Promise<string[]> {
  const blocks = [...(await readFile(file, 'utf8')).matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block = '']) => block);
  return blocks.filter((block) => block.includes("from 'portos-payments-client'"));
}

/** The example of the README, at the addresses of this stack. */
async function readmeExample(): Promise<string> {
  const [example = '', ...others] = await examples('README.md');
  expect(others).toEqual([]);
  return example
    .replace('http://localhost:3000', stack.apiUrl)
    .replaceAll('localhost:4000', `127.0.0.1:${hooksPort}`)
    .replace('listen(4000)', `listen(${hooksPort})`);
}

async function firstPayment(practiceId: string): Promise<PaymentView> {
  const { body } = await stack.call<PracticeView>('GET', `/v1/practices/${practiceId}`);
  const [payment] = body.payments;
  if (!payment) throw new Error('the practice has a payment');
  return payment;
}

describe('the package of the client', () => {
  it('holds the client, its declarations, its licence and a README, and nothing else', () => {
    const { name, version, license } = project.manifest;
    expect({ name, version, license }).toEqual({
      name: 'portos-payments-client',
      version: '0.1.0',
      license: 'EUPL-1.2',
    });
    const others = project.packed.filter((file) => !/\.(js|d\.ts)$/.test(file));
    expect(others.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
    expect(project.packed).toEqual(expect.arrayContaining(['index.js', 'index.d.ts', 'generated/openapi.d.ts']));
    expect(project.packed.filter((file) => /spec|fixture/.test(file))).toEqual([]);
  });

  it('depends on what it imports, in the versions that are tested here', async () => {
    const installed = path.join(project.folder, 'node_modules', 'portos-payments-client');
    const scripts = (await readdir(installed, { recursive: true })).filter((file) => file.endsWith('.js'));
    const texts = await Promise.all(scripts.map((file) => readFile(path.join(installed, file), 'utf8')));
    const imported = texts.flatMap((text) => [...text.matchAll(/from '([^.'][^']*)'/g)].map(([, name = '']) => name));
    const packages = new Set(imported.filter((name) => !name.startsWith('node:')));
    const { dependencies } = JSON.parse(await readFile('package.json', 'utf8')) as { dependencies: object };
    expect(Object.keys(project.manifest.dependencies).sort()).toEqual([...packages].sort());
    expect(dependencies).toMatchObject(project.manifest.dependencies);
  });
});

describe('a program that uses it', () => {
  beforeAll(async () => {
    await project.write('readme', await readmeExample());
    const ofClient = await examples('libs/client/README.md');
    expect(ofClient).toHaveLength(2);
    await project.write('api', ofClient[0] ?? '');
    await project.write('queue', ofClient[1] ?? '');
    await project.write('wrong', `import { createPaymentsClient } from 'portos-payments-client';\n${WRONG}`);
  });

  it('compiles in strict mode, and is told by the compiler what cannot be', async () => {
    const told = await project.compile();
    const lines = told.split('\n').filter((line) => /^\S/.test(line));
    expect(lines.map((line) => /^wrong\.ts\((\d+),/.exec(line)?.[1] ?? line)).toEqual(['3', '4', '5', '6']);
  }, 180_000);

  it('as the README has it, opens a practice, sends the payer and hears that it is paid', async () => {
    const program = project.start('readme', { PORTOS_API_KEY: stack.apiKey });
    await program.prints(/^Send the payer to http/m);
    const { body: list } = await stack.call<{ items: PaymentView[] }>('GET', '/v1/payments?state=redirected');
    const [payment] = list.items;
    await stack.sandbox('POST', `/sandbox/pay/${payment?.attempt.positions[0]?.idPagamento ?? ''}`);
    const [, practiceId] = await program.prints(/^(PROVA-\d+) is paid$/m);
    expect(practiceId).toBe(payment?.practiceId);
    await program.stop();
  }, 60_000);

  it('as the README of the client has it, reads what is paid, its attestations, and why it cannot be annulled', async () => {
    const { body: list } = await stack.call<{ items: PaymentView[] }>('GET', '/v1/payments?state=paid');
    const { paymentId = '', practiceId = '' } = list.items[0] ?? {};
    await eventually(async () => {
      const { body } = await stack.call<{ items: unknown[] }>('GET', `/v1/payments/${paymentId}/receipts`);
      return body.items.length > 0 ? true : null;
    }, 'the attestation is here');
    const program = project.start('api', { PORTOS_URL: stack.apiUrl, PORTOS_API_KEY: stack.apiKey });
    expect(await program.ended()).toBe(0);
    const [first, second, third, ...others] = program.output.trimEnd().split('\n');
    expect(first).toBe(`${practiceId}: ${(await firstPayment(practiceId)).message.it}`);
    expect(second).toMatch(/^application\/xml, \d{3,} bytes$/);
    expect(third).toMatch(/^conflict .*paid/);
    expect(others.join('\n')).not.toContain('Error');
  }, 60_000);

  it('gives commands by the queue', async () => {
    const { body: list } = await stack.call<{ items: PaymentView[] }>('GET', '/v1/payments?state=paid');
    const { paymentId = '' } = list.items[0] ?? {};
    const program = project.start('queue', { QUEUE_URL: stack.queues.databaseUrl, PAYMENT_ID: paymentId });
    expect(await program.ended()).toBe(0);
    expect(program.output).toMatch(/^(202 paid|refused: 409 .*)\n$/);
  }, 60_000);
});

/** One mistake a line, from the third on. */
const WRONG = `const { practices, payments } = createPaymentsClient({ baseUrl: 'https://x.example.org', apiKey: 'k' });
await practices.open({ practiceId: 'P' });
await payments.list({ state: 'payed' });
await payments.get(7);
createPaymentsClient({ baseUrl: 'https://x.example.org' });
`;
