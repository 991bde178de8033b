import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { renderReport } from './bench/report.js';
import type { Part } from './bench/result.js';
import { PARTS } from './bench/result.js';
import { runBench } from './bench/run.js';
import { FULL, QUICK } from './bench/scale.js';
import { Refusal, toldPlainly } from './refusal.js';

const USAGE = `usage: npm run bench [-- --quick] [-- --only <${PARTS.join('|')}>] [-- --json <file>] [-- --million]`;

/** `npm run bench`: measures on a database and queues of its own, prints one table and writes it all as JSON. */
export async function main(args: readonly string[]): Promise<number> {
  return toldPlainly(async () => {
    const { quick, parts, json, million } = readArguments(args);
    const result = await runBench({
      scale: quick ? QUICK : FULL,
      parts,
      withMillion: million,
      databaseUrl: process.env['DATABASE_URL'],
      redisUrl: process.env['REDIS_URL'],
      print: (line) => console.log(line),
    });
    console.log(renderReport(result));
    await writeFile(json, `${JSON.stringify(result, null, 2)}\n`);
    console.log(`written: ${json}`);
    return 0;
  });
}

function readArguments(args: readonly string[]) {
  const options = {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] as string[] },
    json: { type: 'string', default: 'bench-result.json' },
    million: { type: 'boolean', default: false },
  } as const;
  const { quick, only, json, million } = parse(() => parseArgs({ args: [...args], options }).values);
  const unknown = only.filter((name) => !isPart(name));
  if (unknown.length > 0) throw new Refusal(`there is no part ${unknown.join(', ')}\n${USAGE}`);
  return { quick, parts: only.length > 0 ? only.filter(isPart) : PARTS, json, million };
}

function parse<Values>(read: () => Values): Values {
  try {
    return read();
  } catch (error) {
    throw new Refusal(`${(error as Error).message}\n${USAGE}`);
  }
}

const isPart = (name: string): name is Part => (PARTS as readonly string[]).includes(name);
