import type { IncidentView } from '#libs/payments';
import { readDuration } from './durations.js';
import type { NamedPayment, Story } from './story.js';

/** What a sentence is about: the payment it names at its end (`for istruttoria`), else the story's first. */
interface Told {
  readonly story: Story;
  readonly payment: NamedPayment;
  /** The IdPagamento of a position such as `1.2`. */
  readonly position: (name: string) => Promise<string>;
}

type Sentence = readonly [form: RegExp, act: (told: Told, ...words: (string | undefined)[]) => Promise<void> | void];

const onPage =
  (scenario: string, push = true) =>
  ({ story, payment }: Told, attempt?: string): Promise<void> =>
    story.actOnPage(payment, attempt === undefined ? null : Number(attempt), { scenario, push });

/** Where IRIS opens positions. */
const OPENINGS = /IdpAllineamentoPendenzeEnteOTF$/;

/** The sandbox's words for what a bank says. */
const AT_BANK: Readonly<Record<string, string>> = {
  refused: 'rejected',
  cancelled: 'cancelled-by-payer',
  'in progress': 'page-closed',
};

/** Every sentence a story may be told in; CONTRIBUTING.md says how to write one. */
const SENTENCES: readonly Sentence[] = [
  [/^PORTOS opens a practice: (.+)$/, ({ story }, charges = '') => story.open(charges)],
  [/^PORTOS changes the practice: (.+)$/, ({ story }, charges = '') => story.change(charges)],
  [/^PORTOS withdraws the practice$/, ({ story }) => story.withdraw()],
  [/^PORTOS annuls the payment$/, ({ story, payment }) => story.annul(payment)],
  [/^PORTOS asks to verify$/, ({ story, payment }) => story.verify(payment)],
  [
    /^Rigenera of attempt (\d+)( in spite of what may be in flight)?$/,
    ({ story, payment }, attempt, inSpite) => story.regenerate(payment, Number(attempt), inSpite !== undefined),
  ],
  [
    /^two jobs ask for Rigenera of attempt (\d+)$/,
    ({ story, payment }, attempt) => story.enqueueRegenerateTwice(payment, Number(attempt)),
  ],

  [/^the payer goes to IRIS$/, ({ story, payment }) => story.redirect(payment)],
  [/^the payer pays(?: on the page of attempt (\d+))?$/, onPage('paid')],
  [/^the payer pays, and IRIS tells nobody$/, onPage('paid-no-return', false)],
  [/^the payer pays one euro too much$/, onPage('wrong-amount')],
  [/^the payer pays, and IRIS takes it for annulled$/, onPage('late-success')],
  [/^the payer is refused$/, onPage('rejected')],
  [/^the payer cancels$/, onPage('cancelled-by-payer')],
  [/^the payer begins to pay and leaves$/, onPage('page-closed')],
  [/^the payer orders a bank transfer$/, onPage('sbf-then-paid')],

  [
    /^at the bank (\d+\.\d+) is paid( alone)?( again)?$/,
    async ({ story, position }, name = '', alone, again) =>
      story.actAtBank(
        await position(name),
        { scenario: 'paid' },
        { only: alone !== undefined, again: again !== undefined },
      ),
  ],
  [
    /^at the bank (\d+\.\d+) is (refused|cancelled|in progress)$/,
    async ({ story, position }, name = '', end = '') =>
      story.actAtBank(await position(name), { scenario: AT_BANK[end] ?? end }),
  ],
  [
    /^the receipt of (\d+\.\d+) arrives at IRIS$/,
    async ({ story, position }, name = '') => story.deliverReceipt(await position(name)),
  ],
  [/^IRIS gives (\d+\.\d+) back$/, async ({ story, position }, name = '') => story.giveBack(await position(name))],
  [
    /^the attestation of (\d+\.\d+) is (missing|other-digest|reused-iubd|malformed|wrong-type|good)$/,
    async ({ story, position }, name = '', quality = '') => story.attest(await position(name), quality),
  ],

  [/^IRIS stops answering$/, ({ story }) => story.takeIrisDown(true)],
  [/^IRIS answers again$/, ({ story }) => story.takeIrisDown(false)],
  [/^IRIS (forgets|reports|refuses) what it shall delete$/, ({ story }, way = '') => story.setOnDelete(way)],
  [/^the answers of IRIS are slow$/, ({ story }) => story.stage.line.hold(/./)],
  [/^the next answer of IRIS is slow$/, ({ story }) => story.stage.line.hold(/./, 1)],
  [/^the openings of IRIS are slow$/, ({ story }) => story.stage.line.hold(OPENINGS)],
  [/^the answers of IRIS arrive$/, ({ story }) => story.stage.line.release()],
  [/^the answers of IRIS are lost$/, ({ story }) => story.stage.line.lose()],

  [
    /^an operator decides about the (\w+)(?: of (\d+\.\d+))?: (\w+)$/,
    async (told, kind = '', name, resolution = '') =>
      told.story.resolve(await openIncident(told, kind, name), resolution),
  ],
  [
    /^an operator redrives the (\w+)(?: of (\d+\.\d+))?$/,
    async (told, kind = '', name) => told.story.redrive(await openIncident(told, kind, name)),
  ],

  [/^advance (.+) in one leap$/, ({ story }, duration = '') => story.stage.leap(readDuration(duration))],
  [/^advance (.+)$/, ({ story }, duration = '') => story.stage.advance(readDuration(duration))],
];

async function openIncident({ story, payment, position }: Told, kind: string, name?: string): Promise<IncidentView> {
  const idPagamento = name === undefined ? null : await position(name);
  const found = (await story.incidents()).find(
    (incident) =>
      incident.state === 'open' &&
      incident.kind === kind &&
      incident.paymentId === payment.paymentId &&
      (idPagamento === null || incident.idPagamento === idPagamento),
  );
  if (!found) throw new Error(`no ${kind} is open`);
  return found;
}

const PAYMENT = / for ((?:bolli|istruttoria)(?: \d+)?)$/;

/** Lets happen what a line says, and whatever follows from it at once. */
export async function perform(story: Story, line: string): Promise<void> {
  const [, name] = PAYMENT.exec(line) ?? [];
  const words = line.replace(PAYMENT, '');
  for (const [form, act] of SENTENCES) {
    const found = form.exec(words);
    if (!found) continue;
    await act(toldBy(story, name), ...found.slice(1));
    return story.stage.quiet();
  }
  throw new Error(`no story can say: "${line}"`);
}

function toldBy(story: Story, name: string | undefined): Told {
  const payment = story.payments.find((known) => name === undefined || known.name === name) ?? {
    name: '',
    paymentId: '',
  };
  const position = async (named: string): Promise<string> => {
    const [attempt, item] = named.split('.').map(Number);
    const { attempts } = await story.view(payment.paymentId);
    const positions = attempts.find(({ number }) => number === attempt)?.positions ?? [];
    const found = positions.find((candidate) => candidate.item === item);
    if (!found) throw new Error(`${payment.name} has no position ${named}`);
    return found.idPagamento;
  };
  return { story, payment, position };
}
