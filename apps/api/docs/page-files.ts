import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { START_SCRIPT } from './page.js';
import { PAGE_STYLE } from './style.js';

/** A file of the page, as it is sent. */
export interface PageFile {
  readonly contentType: string;
  /** For how long it may be kept on the way: a file of the reader changes with the reader's version only. */
  readonly maxAgeSeconds: number;
  readonly read: () => Promise<Buffer> | string;
}

const HOUR = 3_600;
const CSS = 'text/css; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

/** The reader comes as files of a package, and is served from here: the page asks for nothing elsewhere. */
const reader = createRequire(import.meta.url);
const ofReader = (name: string) => () => readFile(reader.resolve(`swagger-ui-dist/${name}`));

/** What the page is made of, by name; anything else there is not. */
export const PAGE_FILES: ReadonlyMap<string, PageFile> = new Map([
  ['page.css', { contentType: CSS, maxAgeSeconds: 0, read: () => PAGE_STYLE }],
  ['start.js', { contentType: SCRIPT, maxAgeSeconds: 0, read: () => START_SCRIPT }],
  ['swagger-ui.css', { contentType: CSS, maxAgeSeconds: HOUR, read: ofReader('swagger-ui.css') }],
  ['swagger-ui-bundle.js', { contentType: SCRIPT, maxAgeSeconds: HOUR, read: ofReader('swagger-ui-bundle.js') }],
]);
