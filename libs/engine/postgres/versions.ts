import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { AnyStateMachine } from 'xstate';
import { canonicalJson } from '../core/canonical-json.js';
import { MachineChanged } from '../core/errors.js';
import type { Registry } from '../core/ports.js';

const REMEMBER = `
  insert into engine.machine (name, version, fingerprint, first_seen_at) values ($1, $2, $3, engine.clock())
  on conflict (name, version) do nothing`;
const RECALL = 'select fingerprint from engine.machine where name = $1 and version = $2';

/**
 * An instance stays on the version it started on, so a published version must not change under it. The first process
 * that sees a version stores its fingerprint; a later one that carries another machine under that number is refused.
 */
export async function assertMachinesUnchanged(pool: Pool, registry: Registry): Promise<void> {
  for (const { name, versions } of registry.machines) {
    for (const [version, machine] of Object.entries(versions)) {
      const fingerprint = fingerprintOf(machine);
      await pool.query(REMEMBER, [name, Number(version), fingerprint]);
      const { rows } = await pool.query<{ fingerprint: string }>(RECALL, [name, Number(version)]);
      if (rows[0]?.fingerprint !== fingerprint) throw new MachineChanged(name, Number(version));
    }
  }
}

/**
 * SHA-256 of the machine as it was written down. Guards, actions and delays count by name, as `setup()` requires them
 * to be given. It is the config and not XState's `definition`, which leaves `always` out and depends on the order
 * of states.
 */
export function fingerprintOf(machine: AnyStateMachine): string {
  return createHash('sha256').update(canonicalJson(machine.config)).digest('hex');
}
