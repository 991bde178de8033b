import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { drawMachine } from '#libs/drawing';
import { describeMachine } from '#libs/engine';
import { createPaymentMachine, PAYMENT_EFFECT_TYPES, PAYMENT_EVENT_TYPES } from '#machines/payment';
import { PRACTICE_EFFECT_TYPES, PRACTICE_EVENT_TYPES, practiceMachine } from '#machines/practice';
import { renderMachinePage } from './machine-page.js';

describe.each([
  ['payment', createPaymentMachine(), PAYMENT_EVENT_TYPES, PAYMENT_EFFECT_TYPES],
  ['practice', practiceMachine, PRACTICE_EVENT_TYPES, PRACTICE_EFFECT_TYPES],
])('the page of machine %s', (name, machine, events, effects) => {
  const description = describeMachine(machine);

  it('is the one that the machine gives today (else: npm run diagrams)', () => {
    expect(readFileSync(`machines/${name}/${name}.md`, 'utf8')).toBe(renderMachinePage(description));
  });

  it('lies beside the drawing that the machine gives today (else: npm run diagrams)', async () => {
    expect(readFileSync(`machines/${name}/${name}.svg`, 'utf8')).toBe(await drawMachine(description));
  });

  it('knows every event and effect of the vocabulary, and no other', () => {
    expect([...description.events].sort()).toEqual([...events].sort());
    expect([...description.effects].sort()).toEqual([...effects].sort());
  });
});
