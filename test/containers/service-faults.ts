import { secondsOf, type Service } from './compose.js';
import type { Setup } from './setup.js';

const LEAST_GRACE_SECONDS = 10;

/** What must be so before a service starts. */
const WAITS_FOR: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  migrate: { postgres: 'service_healthy' },
  api: { migrate: 'service_completed_successfully', postgres: 'service_healthy', redis: 'service_healthy' },
  worker: { migrate: 'service_completed_successfully', postgres: 'service_healthy', redis: 'service_healthy' },
};

/** Services that would start too early, never come back, lose data or may do more than they need. */
export function serviceFaults(setup: Setup): string[] {
  const { compose } = setup;
  const services = Object.entries(compose.services);
  return [
    ...('version' in compose ? ['`version` is obsolete'] : []),
    ...services.flatMap(([name, service]) => orderFaults(name, service, compose.services)),
    ...services.flatMap(([name, service]) => lifeFaults(name, service)),
    ...buildFaults(setup),
    ...setup.own.flatMap(({ name, service }) => rightsFaults(name, service)),
    ...storeFaults(setup),
    ...((compose.services['worker']?.deploy?.replicas ?? 1) < 2 ? ['there is one worker only'] : []),
  ];
}

function orderFaults(name: string, { depends_on = {} }: Service, all: Readonly<Record<string, Service>>): string[] {
  const missing = Object.entries(WAITS_FOR[name] ?? {}).filter(
    ([other, condition]) => depends_on[other]?.condition !== condition,
  );
  return [
    ...missing.map(([other]) => `${name} does not wait for ${other}`),
    ...Object.entries(depends_on).flatMap(([other, { condition }]) => {
      const awaited = all[other];
      if (awaited === undefined) return [`${name} waits for ${other}, which is no service`];
      const isHealthKnown = awaited.healthcheck !== undefined || awaited.build !== undefined;
      return condition === 'service_healthy' && !isHealthKnown ? [`${other} never tells ${name} how it is`] : [];
    }),
  ];
}

function lifeFaults(name: string, { restart, stop_grace_period, security_opt }: Service): string[] {
  const isRestartRight = name === 'migrate' ? restart === 'no' : restart === 'unless-stopped';
  return [
    ...(isRestartRight ? [] : [`${name} has the wrong restart policy`]),
    ...(secondsOf(stop_grace_period) >= LEAST_GRACE_SECONDS ? [] : [`${name} is killed before it has stopped`]),
    ...(security_opt?.includes('no-new-privileges:true') ? [] : [`${name} may gain privileges`]),
  ];
}

function buildFaults({ own, dockerfile }: Setup): string[] {
  const stages = dockerfile.stages().map(({ name }) => name);
  return own.flatMap(({ name, service }) => {
    const args = service.build?.args ?? {};
    return [
      ...Object.keys(args)
        .filter((arg) => !(arg in dockerfile.args))
        .map((arg) => `${name} passes ${arg}, which the Dockerfile does not declare`),
      ...(stages.includes(args['APP'] ?? '') ? [] : [`${name} asks for a stage that is not there`]),
      ...(service.build?.dockerfile === 'docker/Dockerfile' ? [] : [`${name} names another Dockerfile`]),
    ];
  });
}

function rightsFaults(name: string, { read_only, cap_drop, user }: Service): string[] {
  return [
    ...(read_only === true ? [] : [`${name} may write into its image`]),
    ...(cap_drop?.includes('ALL') ? [] : [`${name} keeps capabilities`]),
    ...(user === undefined ? [] : [`${name} is another user than the image says`]),
  ];
}

/** Where the images keep their data; PostgreSQL's moved up one folder with version 18. */
function dataFolders(postgres: Service | undefined): Readonly<Record<string, string>> {
  const major = Number(/:(\d+)/.exec(postgres?.image ?? '')?.[1]);
  return { postgres: major >= 18 ? '/var/lib/postgresql' : '/var/lib/postgresql/data', redis: '/data' };
}

function storeFaults({ compose }: Setup): string[] {
  const { redis, postgres } = compose.services;
  const command = redis?.command?.join(' ') ?? '';
  return [
    ...(command.includes('--maxmemory-policy noeviction') ? [] : ['redis may evict jobs']),
    ...(command.includes('--appendonly yes') ? [] : ['redis forgets what it held when it ends']),
    ...Object.entries(dataFolders(postgres)).flatMap(([name, folder]) => {
      const [volume = '', target] = compose.services[name]?.volumes?.[0]?.split(':') ?? [];
      const isKept = target === folder && volume in (compose.volumes ?? {});
      return isKept ? [] : [`the data of ${name} are lost with its container`];
    }),
  ];
}
