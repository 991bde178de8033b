import type { IncidentView } from '#libs/payments';
import type { Schema } from '../schema.js';
import { exactly, flag, listOf, nullable, oneOfWords, pageOf, ref, text, textOrNull } from '../schema.js';

/** What needs a person. */
export const incidentSchemas: Readonly<Record<string, Schema>> = {
  Incident: exactly<IncidentView>('Un caso da decidere / Something that needs a person.', {
    incidentId: ref('IncidentId'),
    kind: ref('IncidentKind'),
    state: oneOfWords<IncidentView['state']>({ open: true, resolved: true }, 'Open until somebody has decided.'),
    paymentId: nullable(ref('PaymentId'), 'Null when it is about a practice, or about a position nobody knows.'),
    practiceId: nullable(ref('PracticeId'), 'Of an incident of the practice itself.'),
    idPagamento: nullable(ref('IdPagamento')),
    amount: nullable(ref('Money'), 'What was taken, where it is about money.'),
    facts: text('What happened, in plain words and without personal data.', { minLength: 1 }),
    allowedResolutions: listOf(ref('Resolution'), 'What may be decided now; nothing once it is decided.', {
      uniqueItems: true,
    }),
    redrivable: flag('What was given up can be tried once more.'),
    openedAt: ref('Instant'),
    resolution: nullable(
      oneOfWords<NonNullable<IncidentView['resolution']>>(
        { settle: true, refund: true, refunded: true, dismiss: true, redriven: true },
        'A resolution, or `redriven`: what was given up is tried once more.',
      ),
      'How it ended; null while it is open.',
    ),
    reason: textOrNull('Why it was decided so; null while it is open.'),
    resolvedBy: textOrNull('The name of the key that decided; null while it is open.'),
    resolvedAt: nullable(ref('Instant'), 'Null while it is open.'),
  }),
  IncidentId: text('Names an incident.', {
    pattern: '^inc_[0-9a-f]{32}$',
    examples: ['inc_0123456789abcdef0123456789abcdef'],
  }),
  IncidentList: pageOf('Incident', 'One page of incidents, the newest first.', 'inc_0123456789abcdef0123456789abcdef'),
};
