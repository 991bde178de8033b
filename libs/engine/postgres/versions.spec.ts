import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createMachine } from 'xstate';
import type { AnyStateMachine } from 'xstate';
import type { EngineDatabase } from '../../testkit/engine/index.js';
import { createEngineDatabase } from '../../testkit/engine/index.js';
import { MachineChanged } from '../core/errors.js';
import type { Registry } from '../core/ports.js';
import { createStore } from './store.js';
import { fingerprintOf } from './versions.js';

const registryOf = (versions: Record<number, AnyStateMachine>): Registry => ({
  machines: [{ name: 'lamp', current: Math.max(...Object.keys(versions).map(Number)), versions }],
  handlers: {},
  sideTables: [],
});

const lamp = (on: Record<string, string>) =>
  createMachine({ id: 'lamp', initial: 'dark', states: { dark: { on }, lit: {} } });

describe('machine versions', () => {
  let database: EngineDatabase;
  beforeAll(async () => {
    database = await createEngineDatabase();
  });
  afterAll(() => database.close());

  it('refuses a build that changed a published version, and takes a new version', async () => {
    const store = createStore(database.pool);
    const published = lamp({ press: 'lit' });
    const changed = lamp({ press: 'lit', push: 'lit' });
    await store.assertMachinesUnchanged(registryOf({ 1: published }));
    await store.assertMachinesUnchanged(registryOf({ 1: lamp({ press: 'lit' }) }));

    await expect(store.assertMachinesUnchanged(registryOf({ 1: changed }))).rejects.toThrow(
      new MachineChanged('lamp', 1),
    );
    await store.assertMachinesUnchanged(registryOf({ 1: published, 2: changed }));
  });

  it('does not mind the order in which a machine is written down', () => {
    expect(fingerprintOf(lamp({ press: 'lit', push: 'lit' }))).toBe(fingerprintOf(lamp({ push: 'lit', press: 'lit' })));
  });

  it('notices another guard on a transition that no event triggers', () => {
    const at = (guard: string) =>
      createMachine({ id: 'lamp', initial: 'dark', states: { dark: { always: { guard, target: 'lit' } }, lit: {} } });

    expect(fingerprintOf(at('isNight'))).not.toBe(fingerprintOf(at('isDay')));
  });
});
