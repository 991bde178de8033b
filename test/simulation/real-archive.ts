import type { StoredInstance, TransitionRecord } from '#libs/engine';
import type { StoredIncident } from '#libs/payments';
import type { Archive } from '../../apps/cli/simulate/archive.js';
import { inOrder } from './endings.js';
import type { Ports } from './ground.js';

/** More than any sequence comes to. */
const MANY = 1_000;

/** What stands in a real database, as of the last look. */
export class RealArchive implements Archive {
  instances: ReadonlyMap<string, StoredInstance> = new Map();
  #incidents: readonly StoredIncident[] = [];

  constructor(private readonly ports: Pick<Ports, 'store' | 'opened'>) {}

  incidents(): readonly StoredIncident[] {
    return this.#incidents;
  }

  async refresh(): Promise<void> {
    const { store, opened } = this.ports;
    const [practices, payments, incidents] = await Promise.all([
      store.listInstances('practice', { limit: MANY }),
      store.listInstances('payment', { limit: MANY }),
      opened.records.incidents.list({}, MANY),
    ]);
    const instances = [...practices.items, ...payments.items];
    this.instances = new Map(instances.map((instance) => [instance.id, instance]));
    this.#incidents = inOrder(this, incidents);
  }

  /** Every decision, of each instance in their order. */
  async decisions(): Promise<ReadonlyMap<string, readonly TransitionRecord[]>> {
    const { store } = this.ports;
    const ids = [...this.instances.keys()];
    const records = await Promise.all(ids.map((id) => store.readTransitions(id, 0, MANY)));
    return new Map(ids.map((id, index) => [id, records[index] ?? []]));
  }
}
