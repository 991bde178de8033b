import { describe, expect, it } from '@jest/globals';
import { practiceMachine } from '#machines/practice';
import type { Payments } from '../payments.token.js';
import { MachinesController } from './machines.controller.js';

const registry = { machines: [{ name: 'practice', versions: { 1: practiceMachine }, current: 1 }] };
const controller = new MachinesController({ registry } as unknown as Payments);

describe('the drawing of a machine', () => {
  it('is laid out once, however many ask for it at the same time', async () => {
    const [first, second] = [controller.draw('practice'), controller.draw('practice')];
    expect(second).toBe(first);
    expect(await first).toContain('data-machine="practice"');
    expect(controller.draw('practice')).toBe(first);
  });
});
