import { describe, expect, it } from '@jest/globals';
import { ConfigurationFaulty, readConfig } from './config.js';
import type { Environment } from './environment.js';

const KEY = Buffer.alloc(32, 7).toString('base64');

function faultsOf(environment: Environment): ConfigurationFaulty {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigurationFaulty) return error;
    throw error;
  }
  throw new Error('this environment was expected to be faulty');
}

describe('configuration', () => {
  it('an empty environment is the embedded default', () => {
    const config = readConfig({});
    expect(config.http).toEqual({
      host: '127.0.0.1',
      port: 3000,
      publicUrl: 'http://localhost:3000',
    });
    expect(config.database).toEqual({ url: null, dataDir: '.data' });
    expect(config.redis.urls).toBeNull();
    expect(config.iris).toMatchObject({
      baseUrl: 'http://localhost:3100/iris/services',
      isSandbox: true,
      tipoPendenzaBolli: 'E_BOLLO',
      version: '01.03-04',
      timeoutMs: 5000,
      delete: 'never',
    });
    expect(config.timings).toMatchObject({
      openTimeoutMs: 120_000,
      choiceTimeoutMs: 900_000,
      watchWindowMs: 7_776_000_000,
    });
    expect(config.timings.pollScheduleMs).toEqual([5000, 10_000, 15_000, 30_000, 60_000]);
    expect(config.timings.watchScheduleMs).toHaveLength(36);
    expect(config.events).toEqual({ queue: false });
    expect(config.webhooks).toEqual({
      retryScheduleMs: [5000, 30_000, 120_000, 600_000, 3_600_000],
      giveUpAfterMs: 3 * 86_400_000,
      secretGraceMs: 86_400_000,
      allowPrivate: false,
    });
  });

  it('an empty variable is one that is not set', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: ' ', IRIS_USER: '' })).toEqual(readConfig({}));
  });

  it('the public address follows the port and loses its final slash', () => {
    expect(readConfig({ PORT: '8080' }).http.publicUrl).toBe('http://localhost:8080');
    expect(readConfig({ PUBLIC_URL: 'https://portos.example.it/' }).http.publicUrl).toBe('https://portos.example.it');
  });

  it('durations and schedules are ISO 8601 or seconds', () => {
    const config = readConfig({ CHOICE_TIMEOUT: 'PT10M', OPEN_TIMEOUT: '90', POLL_SCHEDULE: '1, PT2S,0.5' });
    expect(config.timings).toMatchObject({ choiceTimeoutMs: 600_000, openTimeoutMs: 90_000 });
    expect(config.timings.pollScheduleMs).toEqual([1000, 2000, 500]);
  });

  it('webhooks may go to private addresses only where a person said so, in one word', () => {
    expect(readConfig({ WEBHOOK_ALLOW_PRIVATE: 'true', EVENTS_QUEUE: 'on' })).toMatchObject({
      webhooks: { allowPrivate: true },
      events: { queue: true },
    });
    expect(
      faultsOf({
        WEBHOOK_ALLOW_PRIVATE: 'yes',
        WEBHOOK_RETRY_SCHEDULE: '5,0',
        WEBHOOK_GIVE_UP_AFTER: '0',
        EVENTS_QUEUE: '1',
      })
        .faults.map((fault) => fault.variable)
        .sort(),
    ).toEqual(['EVENTS_QUEUE', 'WEBHOOK_ALLOW_PRIVATE', 'WEBHOOK_GIVE_UP_AFTER', 'WEBHOOK_RETRY_SCHEDULE']);
  });

  it('all faults are told at once, each with the variable, what was given and what is expected', () => {
    const error = faultsOf({
      PORT: 'http',
      IRIS_DELETE: 'always',
      CHOICE_TIMEOUT: 'soon',
      POLL_SCHEDULE: '5,,10',
      IRIS_USER: 'x',
    });
    expect(error.faults.map((fault) => fault.variable).sort()).toEqual([
      'CHOICE_TIMEOUT',
      'IRIS_DELETE',
      'IRIS_PASSWORD',
      'POLL_SCHEDULE',
      'PORT',
    ]);
    expect(error.message).toContain('PORT must be a whole number from 1 to 65535, not "http"');
    expect(error.message).toContain('IRIS_DELETE must be one of never, whenIdle, not "always"');
  });

  it('no secret is shown, not even a wrong one', () => {
    const error = faultsOf({
      ENCRYPTION_KEY: 'hunter2',
      PORTOS_API_KEY: 'hunter2 hunter2',
      DATABASE_URL: 'mysql://portos:hunter2@db/portos',
      REDIS_URL: 'hunter2',
      IRIS_PASSWORD: 'hunter2',
    });
    expect(error.faults).toHaveLength(5);
    expect(error.message).not.toContain('hunter2');
  });

  it('an operator is told apart from every other caller', () => {
    const error = faultsOf({ PORTOS_API_KEY: 'one-key', PORTOS_OPERATOR_KEY: 'one-key' });
    expect(error.message).toContain('PORTOS_OPERATOR_KEY must differ from PORTOS_API_KEY');
    expect(error.message).not.toContain('one-key');
  });

  it('a port that browsers and fetch refuse is refused here too, before anything waits for it', () => {
    expect(faultsOf({ PORT: '6000' }).message).toContain('PORT names port 6000, which browsers refuse');
  });

  it('two services on one port are refused', () => {
    expect(faultsOf({ PORT: '3001' }).message).toContain('WORKER_PORT must differ from PORT');
  });

  it.each([
    ['PORTOS_APIKEY', 'PORTOS_API_KEY'],
    ['IRIS_PASWORD', 'IRIS_PASSWORD'],
    ['IRIS_SENDER_SYSS', 'IRIS_SENDER_SYS'],
    ['PORTOS_DATA_DRI', 'PORTOS_DATA_DIR'],
  ])('%s is taken for a misspelling of %s', (misspelt, meant) => {
    expect(faultsOf({ [misspelt]: 'x' }).message).toContain(`${misspelt} is not a setting; did you mean ${meant}?`);
  });

  it('variables of others are none of our business', () => {
    expect(() => readConfig({ PATH: '/bin', IRIS_NOTIFY_URL: 'x', PORTOS_FRONTEND_COLOUR: 'blue' })).not.toThrow();
  });

  it('production needs a key and a real IRIS', () => {
    expect(faultsOf({ NODE_ENV: 'production' }).faults.map((fault) => fault.variable)).toEqual([
      'ENCRYPTION_KEY',
      'IRIS_BASE_URL',
    ]);
    const config = readConfig({
      NODE_ENV: 'production',
      ENCRYPTION_KEY: KEY,
      IRIS_BASE_URL: 'https://iris.example.it/services/',
    });
    expect(config.security.encryptionKey).toHaveLength(32);
    expect(config.iris).toMatchObject({ baseUrl: 'https://iris.example.it/services', isSandbox: false });
  });
});
