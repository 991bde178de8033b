import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { type Copy, isIgnored } from './dockerfile.js';
import { isThere, type OwnService, readJson, type Setup } from './setup.js';

/** What makes the folders that one stage takes from another. */
const MADE_BY: Readonly<Record<string, RegExp>> = {
  '/app/node_modules': /^npm ci /,
  '/app/dist': /^npm run build$/,
};

/** A path that the files name and that is not there. */
export function pathFaults(setup: Setup): string[] {
  const stages = setup.dockerfile.stages();
  const copies = stages.flatMap(({ instructions }) =>
    instructions.filter(({ keyword }) => keyword === 'COPY').map(({ rest }) => rest),
  );
  return [
    ...contextOf(setup).map((path) => `${path} is copied and does not exist or is ignored`),
    ...copies.flatMap((rest) => stageFaults(setup, rest)),
    ...buildInputFaults(setup),
    ...setup.own.flatMap((service) => commandFaults(service)),
    ...setup.own
      .filter(({ service }) => !isThere(posix.join('docker', service.build?.context ?? '', 'docker/Dockerfile')))
      .map(({ name }) => `${name} is built from a folder that is not the root of the repository`),
  ];
}

const copiesOf = (setup: Setup, target?: string): readonly Copy[] => setup.dockerfile.image({}, target).copies;

const allCopies = (setup: Setup): Copy[] =>
  setup.dockerfile.stages().flatMap(({ name }) => (name === '' ? [] : copiesOf(setup, name)));

function contextOf(setup: Setup): string[] {
  const sources = allCopies(setup).flatMap(({ stage, sources }) => (stage === null ? sources : []));
  return [...new Set(sources)].filter((path) => !isThere(path) || isIgnored(path, setup.files.ignore));
}

function stageFaults({ dockerfile }: Setup, rest: string): string[] {
  const [, name, source = ''] = /^--from=(\S+) (\S+)/.exec(rest) ?? [];
  if (name === undefined) return [];
  if (!dockerfile.stages().some((stage) => stage.name === name)) return [`there is no stage ${name} to copy from`];
  const isMade = dockerfile.image({}, name).runs.some((run) => MADE_BY[source]?.test(run));
  return isMade ? [] : [`nothing in stage ${name} makes ${source}`];
}

/** The compiler reads its settings and its sources; what it is not given it misses only when an image is built. */
function buildInputFaults(setup: Setup): string[] {
  const nest = readJson('nest-cli.json') as {
    compilerOptions: { tsConfigPath: string; builder: { options: { filenames: string[] } } };
  };
  const { tsConfigPath, builder } = nest.compilerOptions;
  const { extends: base } = readJson(tsConfigPath) as { extends: string };
  const read = ['package.json', 'nest-cli.json', '.swcrc', tsConfigPath, posix.normalize(base)];
  const given = copiesOf(setup, 'build').flatMap(({ sources }) => sources);
  return [...read, ...builder.options.filenames]
    .filter((path) => !given.includes(path))
    .map((path) => `the build reads ${path} and is not given it`);
}

/** `dist/apps/api/main.js` will be there exactly if `apps/api/main.ts` is. */
function commandFaults({ name, image }: OwnService): string[] {
  if (image.command?.[0] !== 'node') return [`${name} is not started as node itself, so no signal would reach it`];
  const scripts = [image.command.at(-1) ?? '', ...(image.healthcheck?.slice(1, 2) ?? [])];
  return scripts
    .filter((script) => !isInImage(script, image.copies))
    .map((script) => `${name} runs ${script}, which does not exist`);
}

function isInImage(script: string, copies: readonly Copy[]): boolean {
  if (!script.startsWith('dist/'))
    return copies.some(
      ({ stage, sources }) => stage === null && sources.some((source) => posix.basename(source) === script),
    );
  const isBuilt = copies.some(({ stage, sources }) => stage === 'build' && sources.includes('/app/dist'));
  return isBuilt && isThere(script.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
}

/** Development packages and the embedded PostgreSQL stay out of production, and so does any secret. */
export function productionFaults({ dockerfile, own }: Setup): string[] {
  const faults: string[] = [];
  for (const run of dockerfile.image({}, 'dependencies').runs) {
    if (!/^npm ci .*--omit=dev/.test(run)) faults.push('production images would hold the development packages');
    if (!/^npm ci .*--omit=optional/.test(run)) faults.push('production images would hold the embedded PostgreSQL');
  }
  for (const { name, image } of own) {
    const modules = image.copies.filter(({ sources }) => sources.includes('/app/node_modules'));
    if (modules.some(({ stage }) => stage !== 'dependencies'))
      faults.push(`${name} has other packages than production's`);
    if (/^(root|0)(:|$)/.test(image.user)) faults.push(`${name} runs as root`);
    if (image.environment['NODE_ENV'] !== 'production') faults.push(`${name} does not run as production`);
  }
  const secret = /KEY|PASSWORD|SECRET|TOKEN/;
  const named = [...Object.keys(dockerfile.args), ...own.flatMap(({ image }) => Object.keys(image.environment))];
  faults.push(...named.filter((name) => secret.test(name)).map((name) => `${name} would stay in a layer`));
  if (/_auth|_password/i.test(readFileSync('.npmrc', 'utf8'))) faults.push('.npmrc holds a secret and is copied');
  return [...new Set(faults)];
}

/** Every image is one of a known version, and Node is one that package.json admits. */
export function imageFaults({ dockerfile, compose }: Setup): string[] {
  const nodeImages = dockerfile
    .stages()
    .map(({ from }) => from)
    .filter((from) => from.includes(':'));
  const others = Object.values(compose.services).flatMap(({ image }) => image ?? []);
  const { engines } = readJson('package.json') as { engines: { node: string } };
  const developed = readFileSync('.nvmrc', 'utf8').trim();
  return [
    ...[...nodeImages, ...others]
      .filter((image) => !/^[a-z]+:\d[\w.-]*$/.test(image))
      .map((image) => `${image} has no version`),
    ...nodeImages.filter((image) => !satisfies(image, engines.node)).map((image) => `${image} is not ${engines.node}`),
    ...nodeImages.filter((image) => majorOf(image) !== Number(developed)).map((image) => `${image} is not .nvmrc's`),
  ];
}

const majorOf = (image: string): number => Number(/:(\d+)/.exec(image)?.[1]);

function satisfies(image: string, range: string): boolean {
  const [, least = '', leastMinor = '0'] = /^>=(\d+)\.?(\d+)?/.exec(range) ?? [];
  const [, major = '', minor = '0'] = /:(\d+)(?:\.(\d+))?/.exec(image) ?? [];
  return Number(major) > Number(least) || (major === least && Number(minor) >= Number(leastMinor));
}
