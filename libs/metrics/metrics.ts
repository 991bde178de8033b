import { collectDefaultMetrics, prometheusContentType, Registry } from 'prom-client';

/**
 * What one process counts, in the text format of Prometheus 0.0.4. A label says one of a few known words: no identifier,
 * no address, no text from outside.
 */
export class Metrics {
  static readonly contentType = prometheusContentType;
  readonly registry = new Registry();
  readonly #looks: (() => Promise<void>)[] = [];

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** @param look is called before the figures are told, for what is looked up rather than counted; it does not reject. */
  beforeTold(look: () => Promise<void>): void {
    this.#looks.push(look);
  }

  async text(): Promise<string> {
    await Promise.all(this.#looks.map((look) => look()));
    return this.registry.metrics();
  }
}
