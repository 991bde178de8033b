import { existsSync, readFileSync } from 'node:fs';
import { readConfig } from '#libs/platform';
import { Settings } from '../../apps/sandbox/settings.js';
import { type ComposeFile, environmentOf, readCompose, readEnvFile, type Service, type Variables } from './compose.js';
import { Dockerfile, type Image } from './dockerfile.js';

/** The files that make the containers, as texts, so that a spec can damage one and see that it is noticed. */
export interface ContainerFiles {
  readonly dockerfile: string;
  readonly ignore: string;
  readonly compose: string;
  readonly example: string;
}

export const readContainerFiles = (): ContainerFiles => ({
  dockerfile: readFileSync('docker/Dockerfile', 'utf8'),
  ignore: readFileSync('docker/Dockerfile.dockerignore', 'utf8'),
  compose: readFileSync('docker/compose.yaml', 'utf8'),
  example: readFileSync('docker/.env.example', 'utf8'),
});

/** A service that is built here, with its image and the whole environment of its container. */
export interface OwnService {
  readonly name: string;
  readonly service: Service;
  readonly image: Image;
  readonly environment: Readonly<Record<string, string>>;
}

/** The files put together, for one choice of what stands in `.env`. */
export interface Setup {
  readonly files: ContainerFiles;
  readonly dockerfile: Dockerfile;
  readonly compose: ComposeFile;
  readonly variables: Variables;
  readonly own: readonly OwnService[];
}

/** What the example leaves for whoever installs to fill in. */
const FILLED_IN = {
  ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  PORTOS_API_KEY: 'key-of-portos',
  POSTGRES_PASSWORD: 'password-of-postgres',
};

/** @param changes to the `.env` that the example, filled in, would be. */
export function putTogether(files: ContainerFiles, changes: Variables = {}): Setup {
  const dockerfile = new Dockerfile(files.dockerfile);
  const compose = readCompose(files.compose);
  const envFile = { ...readEnvFile(files.example), ...FILLED_IN, ...changes } as Record<string, string>;
  const own = Object.entries(compose.services).flatMap(([name, service]) => {
    if (service.build === undefined) return [];
    const image = dockerfile.image(service.build.args);
    const given = service.env_file === undefined ? {} : envFile;
    const environment = { ...image.environment, ...given, ...environmentOf(service, envFile) };
    return [{ name, service, image, environment }];
  });
  return { files, dockerfile, compose, variables: envFile, own };
}

/** Every variable that a reader of settings asks for. */
function askedBy(read: (environment: Variables) => unknown): string[] {
  const asked = new Set<string>();
  read(
    new Proxy<Variables>(
      {},
      {
        get: (_, name) => {
          asked.add(String(name));
          return undefined;
        },
      },
    ),
  );
  return [...asked];
}

export const KNOWN = {
  ours: askedBy(readConfig),
  sandbox: askedBy((environment) => new Settings(environment)),
  /** Of the official image of PostgreSQL, by its documentation. The one of Redis has none. */
  postgres: [
    'PGDATA',
    'POSTGRES_DB',
    'POSTGRES_HOST_AUTH_METHOD',
    'POSTGRES_INITDB_ARGS',
    'POSTGRES_INITDB_WALDIR',
    'POSTGRES_PASSWORD',
    'POSTGRES_USER',
  ],
  compose: ['COMPOSE_PROFILES'],
};

export const isThere = (path: string): boolean => existsSync(path);

export const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
