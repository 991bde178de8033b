import { readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * Every spec of what is mutated, as one: the modules are loaded once for each mutant, and not once for each spec.
 * Left out are the properties: they draw their cases by chance, and a mutant must be found by every run or by none.
 */
const ROOTS = ['machines/payment', 'machines/practice', 'libs/engine/core'];
const IS_REPEATABLE = /(?<!\.properties)\.spec\.ts$/;

for (const root of ROOTS) {
  for (const file of readdirSync(root).filter((name) => IS_REPEATABLE.test(name))) {
    await import(path.resolve(root, file));
  }
}
