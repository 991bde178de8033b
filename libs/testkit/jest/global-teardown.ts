import type { TestServer } from './test-server.js';

/** Ends what the setup started. */
export default async function globalTeardown(): Promise<void> {
  const { portosTestServer } = globalThis as { readonly portosTestServer?: TestServer };
  await portosTestServer?.stop();
}
