import { Script } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { INFO } from '../openapi/document.js';
import { DOCS_PAGE, START_SCRIPT } from './page.js';
import { PAGE_FILES } from './page-files.js';

const linked = [...DOCS_PAGE.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, address = '']) => address);

describe('the page to read the API', () => {
  it('asks for nothing elsewhere, and for no file that there is not', () => {
    const own = ['openapi.json', 'asyncapi.json', '#operazioni', 'data:,', INFO.contact.url];
    const files = linked.filter((address) => !own.includes(address)).map((address) => address.replace(/^docs\//, ''));
    expect(files.sort()).toEqual([...PAGE_FILES.keys()].sort());
    expect(START_SCRIPT).not.toMatch(/https?:/);
  });

  it('holds no script and no style of its own, which its policy would refuse', () => {
    expect(DOCS_PAGE).not.toMatch(/<style|style=|\son\w+=|<script>/);
  });

  it.each([...PAGE_FILES])('%s can be read, and is sent for what it is', async (name, { contentType, read }) => {
    expect(String(await read()).length).toBeGreaterThan(500);
    expect(contentType).toMatch(name.endsWith('.js') ? /^text\/javascript/ : /^text\/css/);
  });

  it('starts with a script that can be read', () => {
    expect(() => new Script(START_SCRIPT)).not.toThrow();
  });

  it('speaks Italian, and says where it speaks English', () => {
    expect(DOCS_PAGE).toContain('<html lang="it">');
    expect(DOCS_PAGE).toContain('<p lang="en">');
  });
});
