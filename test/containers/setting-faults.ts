import { ConfigurationFaulty, readConfig } from '#libs/platform';
import { Settings, SettingsFaults } from '../../apps/sandbox/settings.js';
import { environmentOf, fillIn, readEnvFile, variablesOf, type Variables } from './compose.js';
import { ROUTES } from './routes.js';
import { KNOWN, type OwnService, type Setup } from './setup.js';

const EVERYBODY = Object.values(KNOWN).flat();

/** A variable that nobody reads, wherever it is named, and a secret that has a value or a default in the file. */
export function variableFaults(setup: Setup): string[] {
  const { files, compose, own } = setup;
  const unknown = (place: string, names: readonly string[], known: readonly string[]): string[] =>
    names.filter((name) => !known.includes(name)).map((name) => `${place} sets ${name}, which nobody reads`);
  const knownTo = (service: string): readonly string[] => {
    if (service === 'sandbox' || service === 'postgres') return KNOWN[service];
    return service === 'redis' ? [] : KNOWN.ours;
  };
  return [
    ...Object.entries(compose.services).flatMap(([name, { environment }]) =>
      unknown(name, Object.keys(environment ?? {}), knownTo(name)),
    ),
    ...own.flatMap(({ image }) =>
      unknown('the image', Object.keys(image.environment), [...KNOWN.ours, ...KNOWN.sandbox]),
    ),
    ...unknown(
      'compose.yaml',
      variablesOf(files.compose).map(({ name }) => name),
      EVERYBODY,
    ),
    ...unknown('.env.example', Object.keys(readEnvFile(files.example, { isExample: true })), EVERYBODY),
    ...secretFaults(setup),
  ];
}

const MUST_BE_GIVEN = ['ENCRYPTION_KEY', 'PORTOS_API_KEY', 'POSTGRES_PASSWORD', 'IRIS_BASE_URL'];
const SECRET = /KEY$|PASSWORD$/;

function secretFaults({ files, compose }: Setup): string[] {
  const named = variablesOf(files.compose);
  const optional = MUST_BE_GIVEN.filter(
    (name) =>
      !named.some((variable) => variable.name === name) ||
      named.some((variable) => variable.name === name && !variable.isRequired),
  );
  const written = Object.entries(compose.services).flatMap(([service, { environment }]) =>
    Object.entries(environment ?? {})
      .filter(([name, value]) => SECRET.test(name) && value !== null && !String(value).startsWith('${'))
      .map(([name]) => `${service} has ${name} written down`),
  );
  const shown = Object.entries(readEnvFile(files.example)).filter(([name, value]) => SECRET.test(name) && value !== '');
  return [
    ...optional.map((name) => `compose.yaml starts without ${name}`),
    ...written,
    ...shown.map(([name]) => `.env.example has a value for ${name}, which many would keep`),
  ];
}

/** What each service listens on by its own environment; a fault of that environment is thrown as it would be at start. */
function portsOf(own: readonly OwnService[]): Record<string, number> {
  const ports: Record<string, number> = { postgres: 5432, redis: 6379 };
  for (const { name, environment } of own) {
    if (name === 'sandbox') ports[name] = new Settings(environment).port;
    else if (name === 'worker') ports[name] = readConfig(environment).worker.port;
    else ports[name] = readConfig(environment).http.port;
  }
  return ports;
}

/** Settings the processes would refuse, ports and addresses at which nobody listens, health checks that ask nobody. */
export function reachFaults(setup: Setup): string[] {
  try {
    const ports = portsOf(setup.own);
    return [
      ...setup.own.flatMap((service) => listeningFaults(service)),
      ...setup.own.flatMap((service) => portFaults(service, ports, setup.variables)),
      ...setup.own.flatMap((service) => healthFaults(service, ports)),
      ...setup.own.flatMap((service) => addressFaults(service, ports, setup)),
      ...databaseFaults(setup),
    ];
  } catch (error) {
    if (error instanceof ConfigurationFaulty || error instanceof SettingsFaults) return [error.message];
    throw error;
  }
}

function listeningFaults({ name, environment }: OwnService): string[] {
  const host = name === 'sandbox' ? new Settings(environment).host : readConfig(environment).http.host;
  return host === '0.0.0.0' ? [] : [`${name} listens on ${host} of its own container only`];
}

function publishedBy({ service }: OwnService, variables: Variables): { host: string; from: number; to: number }[] {
  return (service.ports ?? []).map((text) => {
    const [host = '', from = '', to = ''] = fillIn(text, variables).split(':');
    return { host, from: Number(from), to: Number(to) };
  });
}

function portFaults(own: OwnService, ports: Record<string, number>, variables: Variables): string[] {
  const { name, service, image } = own;
  const published = publishedBy(own, variables);
  return [
    ...image.ports.filter((port) => port !== ports[name]).map((port) => `${name} does not listen on ${port}`),
    ...published.filter(({ to }) => to !== ports[name]).map(({ to }) => `${name} does not listen on ${to}`),
    ...published.filter(({ host }) => host !== '127.0.0.1').map(() => `${name} is open to other machines`),
    ...((service.deploy?.replicas ?? 1) > 1 && published.length > 0 ? [`${name} has many replicas for one port`] : []),
  ];
}

function healthFaults({ name, image, environment }: OwnService, ports: Record<string, number>): string[] {
  if (name === 'migrate') return image.healthcheck === null ? [] : ['migrate ends, and is asked how it is'];
  const [, , variable = '', path = ''] = image.healthcheck ?? [];
  return [
    ...(Number(environment[variable]) === ports[name] ? [] : [`the health of ${name} is asked for at another port`]),
    ...(ROUTES[name]?.includes(`GET ${path}`) ? [] : [`${name} has no route ${path}`]),
  ];
}

/** Addresses for browsers lead to a port of this machine, all others to a service and the port it listens on. */
function addressFaults({ name, environment }: OwnService, ports: Record<string, number>, setup: Setup): string[] {
  const addresses = Object.entries(environment).filter(([, value]) => /^[a-z]+:\/\//.test(value));
  return addresses.flatMap(([variable, value]) => {
    const url = new URL(value);
    if (url.hostname.includes('.')) return []; // somewhere on the internet
    const place = `${variable} of ${name}`;
    if (variable.endsWith('PUBLIC_URL'))
      return browserFaults(place, url, variable === 'PUBLIC_URL' ? 'api' : 'sandbox', setup);
    if (ports[url.hostname] === undefined) return [`${place} names ${url.hostname}, which is no service`];
    const isRight = Number(url.port) === ports[url.hostname];
    return [...(isRight ? [] : [`${place} names port ${url.port}, where nobody listens`]), ...routeFaults(place, url)];
  });
}

function browserFaults(place: string, url: URL, target: string, { own, variables }: Setup): string[] {
  const published = own.filter(({ name }) => name === target).flatMap((service) => publishedBy(service, variables));
  const isOpen = url.hostname === 'localhost' && published.some(({ from }) => from === Number(url.port));
  return isOpen ? [] : [`${place} does not open in a browser: ${url.href}`];
}

function routeFaults(place: string, { protocol, hostname, pathname }: URL): string[] {
  if (protocol !== 'http:') return [];
  const isRoute = ROUTES[hostname]?.some((route) => `${route}/`.startsWith(`POST ${pathname}/`));
  return isRoute ? [] : [`${place} names a path ${pathname} that ${hostname} does not have`];
}

function databaseFaults({ own, compose, variables }: Setup): string[] {
  const { postgres } = compose.services;
  const database = postgres ? environmentOf(postgres, variables) : {};
  const expected = [database['POSTGRES_USER'], database['POSTGRES_PASSWORD'], `/${database['POSTGRES_DB'] ?? ''}`];
  return own
    .filter(({ name }) => name !== 'sandbox')
    .filter(({ environment }) => {
      const { username, password, pathname } = new URL(environment['DATABASE_URL'] ?? 'none://');
      return [username, password, pathname].join(' ') !== expected.join(' ');
    })
    .map(({ name }) => `${name} knows another database than the one that is there`);
}
