import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { WallClock } from './clock.js';
import { createSandbox } from './sandbox.js';
import { Settings, SettingsFaults } from './settings.js';

/** The sandbox: IRIS and its payment pages, played for trying and testing. No real money is ever moved. */
async function start(): Promise<void> {
  Logger.overrideLogger(['fatal', 'error', 'warn']);
  const settings = new Settings(process.env);
  const app = await createSandbox(settings, new WallClock());
  await app.listen(settings.port, settings.host);
  console.log(`sandbox: ${settings.publicUrl}`);
}

function explanationOf(error: unknown): string {
  if (error instanceof SettingsFaults) return error.message;
  const isPortTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  return isPortTaken
    ? `the port is taken: set SANDBOX_PORT to a free one (${error.message})`
    : `the sandbox could not start: ${String(error)}`;
}

try {
  await start();
} catch (error) {
  console.error(explanationOf(error));
  process.exit(1);
}
