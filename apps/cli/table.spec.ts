import { describe, expect, it } from '@jest/globals';
import { renderTable } from './table.js';

describe('a table', () => {
  it('is as wide as its longest text', () => {
    const table = renderTable('PORTOS', [
      ['API', 'http://localhost:3000/v1'],
      ['Sandbox', 'http://localhost:3100/'],
    ]);
    expect(table.split('\n')).toEqual([
      '┌────────────────────────────────────┐',
      '│ PORTOS                             │',
      '├─────────┬──────────────────────────┤',
      '│ API     │ http://localhost:3000/v1 │',
      '│ Sandbox │ http://localhost:3100/   │',
      '└─────────┴──────────────────────────┘',
    ]);
  });

  it('holds a title that is longer than its rows', () => {
    const widths = renderTable('a rather long title', [['a', 'b']])
      .split('\n')
      .map((line) => line.length);
    expect(new Set(widths).size).toBe(1);
  });
});
