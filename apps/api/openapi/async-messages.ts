import type { CommandName, EventType } from '#libs/payments';
import { COMMANDS, EVENT_TYPES } from '#libs/payments';
import { commands, paymentAnswer, practiceAnswer, refusal } from './examples/commands.js';
import { parameters, SIGNATURE } from './parameters.js';
import type { Schema } from './schema.js';
import { ref } from './schema.js';
import { newsOf } from './told.js';

/** What a job asks for: in Italian, then in English. */
const ASKED: Readonly<Record<CommandName, readonly [string, string]>> = {
  initialize: ['Paga e Invia', 'Opens a practice and its payments. The content itself is the key.'],
  regenerate: ['Rigenera pagamento', 'Asks for a new attempt in place of the one it names; it needs no key.'],
  annul: ['Annulla', 'Annuls a payment that nobody is paying.'],
  verify: ['Chiede subito a IRIS', 'Has IRIS asked at once; the answer decides.'],
};

const schemaNameOf = (command: CommandName): string => `${command.charAt(0).toUpperCase()}${command.slice(1)}Command`;

const commandMessage = (command: CommandName) => {
  const [title, summary] = ASKED[command];
  return {
    name: command,
    title,
    summary,
    contentType: 'application/json',
    payload: ref(schemaNameOf(command)),
    examples: [{ name: command, payload: commands[command] }],
  };
};

const answer = (name: string, summary: string, payload: Schema, example: unknown) => ({
  name,
  title: name,
  summary,
  contentType: 'application/json',
  payload,
  examples: [{ name, payload: example }],
});

const eventMessage = (type: EventType, isSigned: boolean) => {
  const { summary, description, schema, example } = newsOf(type);
  return {
    name: type,
    title: summary,
    summary: description,
    contentType: 'application/cloudevents+json',
    ...(isSigned && { traits: [{ $ref: '#/components/messageTraits/signed' }] }),
    payload: { allOf: [schema, { type: 'object', properties: { type: { const: type } } }] },
    examples: [{ name: newsOf(type).name, payload: example, ...(isSigned && { headers: signature }) }],
  };
};

const signatureParts = SIGNATURE.map((name) => parameters[name]);
const signature = Object.fromEntries(signatureParts.map(({ name, example }) => [name.toLowerCase(), example]));

/** Standard Webhooks 1.0. */
export const messageTraits = {
  signed: {
    headers: {
      type: 'object',
      required: signatureParts.map(({ name }) => name.toLowerCase()),
      properties: Object.fromEntries(
        signatureParts.map(({ name, schema, description }) => [name.toLowerCase(), { ...schema, description }]),
      ),
    },
  },
};

/** As a name of a message may be written. */
const keyOf = (type: EventType): string => newsOf(type).name;

export const messages = {
  ...Object.fromEntries(COMMANDS.map((command) => [command, commandMessage(command)])),
  practiceAnswer: answer('practiceAnswer', 'What a job `initialize` comes to.', ref('PracticeAnswer'), practiceAnswer),
  paymentAnswer: answer('paymentAnswer', 'What any other job comes to.', ref('PaymentAnswer'), paymentAnswer),
  commandRefusal: answer('commandRefusal', 'Why a job failed, for good.', ref('CommandRefusal'), refusal),
  ...Object.fromEntries(EVENT_TYPES.map((type) => [keyOf(type), eventMessage(type, false)])),
  ...Object.fromEntries(EVENT_TYPES.map((type) => [`${keyOf(type)}.signed`, eventMessage(type, true)])),
};

export const ANSWERS = ['practiceAnswer', 'paymentAnswer', 'commandRefusal'];
export const EVENTS = EVENT_TYPES.map(keyOf);
export const SIGNED_EVENTS = EVENTS.map((name) => `${name}.signed`);
