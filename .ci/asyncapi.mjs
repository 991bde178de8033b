/**
 * Holds a document to AsyncAPI, with the reference parser: any error or warning fails.
 *
 *   node .ci/asyncapi.mjs <folder that holds the parser's node_modules> <document>
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const [folder, path] = process.argv.slice(2);
const { Parser } = createRequire(join(resolve(folder), 'package.json'))('@asyncapi/parser');

const WARNING = 1; // 0 is an error; what follows are remarks, such as that there is a later AsyncAPI
const { diagnostics } = await new Parser().parse(readFileSync(path, 'utf8'));
const faults = diagnostics.filter(({ severity }) => severity <= WARNING);
for (const { message, path: place } of faults) console.error(`${path}: ${place.join('.')}: ${message}`);
if (faults.length === 0) console.log(`${path}: no errors, no warnings`);
process.exit(faults.length === 0 ? 0 : 1);
