import { readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * Every spec of what is mutated, as one: the modules are loaded once for each mutant, and not once for each spec. The
 * quick ones come first, for the first claim that fails ends a run. Left out are the properties: they draw their cases
 * by chance, and a mutant must be found by every run or by none.
 */
const ROOTS = ['libs/engine/core', 'machines/practice', 'machines/payment'];
const IS_REPEATABLE = /(?<!\.properties)\.spec\.ts$/;
const IS_SLOW = /\.classified\.spec\.ts$/;

const specs = ROOTS.flatMap((root) => readdirSync(root).map((name) => path.resolve(root, name))).filter((file) =>
  IS_REPEATABLE.test(file),
);
for (const spec of specs.filter((file) => !IS_SLOW.test(file))) await import(spec);
for (const spec of specs.filter((file) => IS_SLOW.test(file))) await import(spec);
