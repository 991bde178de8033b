import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { clientTypes } from './client-types.js';

describe('the types of the client', () => {
  it('are those that docs/openapi.json gives today (else: npm run diagrams)', async () => {
    const types = await clientTypes(readFileSync('docs/openapi.json', 'utf8'));
    expect(readFileSync('libs/client/generated/openapi.ts', 'utf8') === types).toBe(true);
  });

  it('are not made of a document that is none', async () => {
    await expect(clientTypes('{}')).rejects.toThrow('openapi-typescript takes the document for faulty');
  });
});
