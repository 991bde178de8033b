import { NotStorable } from '../core/errors.js';
import type { Unit } from '../core/ports.js';

/**
 * PostgreSQL cannot store the character U+0000 in text or jsonb. It is refused here, before a batch of innocent
 * neighbours fails on it.
 * @throws NotStorable
 */
export function assertStorable(unit: Unit): void {
  for (const arrival of unit.arrivals) {
    if (holdsNul(arrival)) throw new NotStorable(`an event for ${printable(arrival.to)} holds the character U+0000`);
  }
  if (holdsNul(unit.settlement)) throw new NotStorable('a settlement holds the character U+0000');
}

function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\u0000');
  if (value === null || typeof value !== 'object') return false;
  return Object.entries(value).some(([key, inner]) => key.includes('\u0000') || holdsNul(inner));
}

const printable = (text: string): string => text.replaceAll('\u0000', '\ufffd');
