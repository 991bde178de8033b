import { randomBytes } from 'node:crypto';
import { Module } from 'node:module';

interface Resolver {
  _resolveFilename(request: string, ...rest: unknown[]): string;
}

/**
 * One PostgreSQL for the whole run: ours, in the temporary folder and without fsync, or the one that DATABASE_URL names.
 * Specs reach it through `createTestDatabase` only.
 */
export default async function globalSetup(): Promise<void> {
  process.env['PORTOS_TEST_RUN'] = randomBytes(6).toString('hex');
  const forgetSources = resolveToSources();
  const { startTestServer, useGivenServer } = await import('./test-server.js').finally(forgetSources);
  const given = process.env['DATABASE_URL'];
  const server = given ? useGivenServer(given) : await startTestServer();
  process.env['PORTOS_TEST_DATABASE_ADMIN_URL'] = server.url;
  Object.assign(globalThis, { portosTestServer: server });
}

/**
 * jest compiles this file and what it imports, but finds them by Node's rules, which know neither that `x.js` stands for
 * `x.ts` nor the moduleNameMapper. So both are taught to Node for as long as the import takes.
 */
function resolveToSources(): () => void {
  const resolver = Module as unknown as Resolver;
  const original = resolver._resolveFilename.bind(Module);
  resolver._resolveFilename = (request, ...rest) => {
    const source = request
      .replace(/^#(libs|machines)\/([^/]+)$/, `${process.cwd()}/$1/$2/index.ts`)
      .replace(/^(\.{1,2}\/.*)\.js$/, '$1.ts');
    try {
      return original(source, ...rest);
    } catch {
      return original(request, ...rest);
    }
  };
  return () => {
    resolver._resolveFilename = original;
  };
}
