import { annulled, notConcluded, paid, rejected } from './endings.js';
import { doublePayment, irisDown, lateSuccess, regenerate } from './rescues.js';
import type { DemoContext } from './story.js';
import { Story } from './story.js';

export interface DemoResult {
  readonly ok: boolean;
  readonly seconds: number;
}

interface Scenario {
  /** Italian, the heading of the story. */
  readonly title: string;
  readonly play: (story: Story) => Promise<void>;
  /** The delay of the machine that the story has to sit through, if any. */
  readonly waitsFor?: string;
}

const table = {
  paid: { title: 'Da «Paga e Invia» a pagato', play: paid },
  rejected: { title: 'Pagamento rifiutato', play: rejected },
  annulled: { title: 'Pagamento annullato', play: annulled },
  'not-concluded': { title: 'Pagamento non concluso', play: notConcluded, waitsFor: 'SESSION_TIMEOUT' },
  regenerate: { title: 'Rigenera pagamento', play: regenerate },
  'late-success': { title: 'Pagato dopo l’annullamento: nessun euro si perde', play: lateSuccess },
  'double-payment': { title: 'Pagato due volte: il secondo incasso è un rimborso dovuto', play: doublePayment },
  'iris-down': { title: 'IRIS non risponde: si aspetta, non si decide', play: irisDown },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof table;

export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = table;

export const isScenarioName = (name: string): name is ScenarioName => Object.hasOwn(SCENARIOS, name);

/** Plays one story to its end; the last line says how it ended. */
export async function playDemo(name: ScenarioName, context: DemoContext): Promise<DemoResult> {
  const startedAt = performance.now();
  const seconds = (): number => (performance.now() - startedAt) / 1000;
  const { title, play } = SCENARIOS[name];
  context.print(`${title} (${name})`);
  context.print(
    '  • che cosa accade · «…» che cosa legge il cittadino · righe numerate: che cosa registra il motore (ora UTC)',
  );
  try {
    await play(new Story(context));
  } catch (error) {
    context.print(`demo: ${name} interrotta: ${error instanceof Error ? error.message : String(error)}`);
    return { ok: false, seconds: seconds() };
  }
  context.print(`demo: ${name} in ${seconds().toFixed(1)} s`);
  return { ok: true, seconds: seconds() };
}
