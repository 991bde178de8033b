import { describe, expect, it } from '@jest/globals';
import { practice } from '../bench.fixture.js';
import { CommandRefused } from '../errors.js';
import type { Payments } from '../payments.js';
import { withoutPersonalData } from '../requests/command-jobs.js';
import { giveQueuedCommand, noteOf } from './queued-command.js';

/** What comes of the queue itself is claimed in test/command-queue.spec.ts; here, what a failure may say. */

const VERIFY = { name: 'verify', data: { paymentId: `pay_${'0'.repeat(32)}`, idempotencyKey: 'k' } };
const running = new AbortController().signal;

/** Payments whose every command fails like this. */
const failing = (error: Error): Payments => ({ verify: () => Promise.reject(error) }) as unknown as Payments;

describe('a command that failed', () => {
  it('for a reason nobody foresaw is postponed, and its message is not repeated: it may quote a value', async () => {
    const outcome = await giveQueuedCommand(failing(new Error('cannot read RSSMRA80A01H501U')), VERIFY, running);
    expect(outcome).toMatchObject({ kind: 'postponed', words: expect.stringMatching(/^503 Not available\./) });
    expect(outcome).toHaveProperty('because', expect.stringMatching(/^Error\n\s+at /));
    expect(JSON.stringify(outcome)).not.toContain('RSSMRA');
  });

  it('while the process stops is postponed at once, though it might pass later', async () => {
    const lost = Object.assign(new Error('connection terminated'), { code: 'ECONNRESET' });
    const outcome = await giveQueuedCommand(failing(lost), VERIFY, AbortSignal.abort());
    expect(outcome).toMatchObject({ kind: 'postponed', because: expect.stringMatching(/^Error ECONNRESET\n/) });
  });

  it('in a way that may pass is tried again, and what is then decided holds', async () => {
    const lost = Object.assign(new Error('connection terminated'), { code: 'ECONNRESET' });
    const ends: Error[] = [lost, lost, new CommandRefused('paid.receipted', 'it is paid', [])];
    const payments = { verify: () => Promise.reject(ends.shift() ?? new Error('not asked')) } as unknown as Payments;
    expect(await giveQueuedCommand(payments, VERIFY, running)).toEqual({
      kind: 'refused',
      words: '409 Not possible now. it is paid. The payment is in state paid.receipted.',
    });
  });

  it('and was noted as refused ends in the same words, whatever its data has become', async () => {
    const words = '422 The values cannot be. /payer/fiscalCode …';
    const progress = noteOf({ kind: 'refused', words });
    const again = await giveQueuedCommand(
      failing(new Error('not asked')),
      { name: 'initialize', data: {}, progress },
      running,
    );
    expect(again).toEqual({ kind: 'refused', words });
  });
});

describe('the data of a job that is decided', () => {
  it('keeps what was asked for, without the payer and without free text', () => {
    const charge = { kind: 'istruttoria', amount: { amount: '1.00', currency: 'EUR' }, reason: 'Contributo di Rossi' };
    const data = { ...practice({ charges: [charge] }), idempotencyKey: 'k' };
    const charges = [{ ...charge, reason: '[removed]' }];
    expect(withoutPersonalData('initialize', data)).toEqual({ ...data, charges, payer: '[removed]' });
    expect(withoutPersonalData('verify', VERIFY.data)).toBe(VERIFY.data);
  });

  it.each([
    [
      { practiceId: 'P-1', payer: 7, note: 'Rossi' },
      { practiceId: 'P-1', payer: '[removed]' },
    ],
    [{ practiceId: 'Rossi Mario', attempt: 'Rossi' }, {}],
    [
      { paymentId: 'Rossi', attempt: 2, acknowledgeInFlight: true },
      { attempt: 2, acknowledgeInFlight: true },
    ],
    ['Rossi', {}],
    [null, {}],
    [['Rossi'], {}],
  ])('that was malformed keeps only what is known to be harmless: %j', (data, kept) => {
    expect(withoutPersonalData('initialize', data)).toEqual(kept);
  });
});
