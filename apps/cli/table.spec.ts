import { describe, expect, it } from '@jest/globals';
import { renderTable } from './table.js';

describe('a table', () => {
  it('has its values below each other, between rules as wide as its longest line', () => {
    const table = renderTable('PORTOS is up', [
      ['API', 'http://localhost:3000/v1'],
      ['Sandbox', 'http://localhost:3100/'],
    ]);
    expect(table.split('\n')).toEqual([
      '─────────────────────────────────',
      'PORTOS is up',
      '─────────────────────────────────',
      'API      http://localhost:3000/v1',
      'Sandbox  http://localhost:3100/',
      '─────────────────────────────────',
    ]);
  });
});
