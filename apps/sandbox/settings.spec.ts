import { describe, expect, it } from '@jest/globals';
import { Settings, SettingsFaults } from './settings.js';

describe('the settings of the sandbox', () => {
  it('need no environment at all', () => {
    expect(new Settings({})).toMatchObject({
      port: 3100,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3100',
      slowMs: 8000,
      lateMs: 32_000,
      onDelete: 'forgets',
      callers: null,
      notifyUrl: 'http://localhost:3000/iris/notifications',
      notifyAs: null,
    });
  });

  it('follow the ports', () => {
    const settings = new Settings({ PORT: '4000', SANDBOX_PORT: '4100' });
    expect(settings).toMatchObject({
      publicUrl: 'http://localhost:4100',
      notifyUrl: 'http://localhost:4000/iris/notifications',
    });
  });

  it('tell all that is wrong at once', () => {
    const env = {
      SANDBOX_PORT: '70000',
      SANDBOX_SLOW_MS: 'presto',
      SANDBOX_LATE_MS: '-1',
      SANDBOX_ON_DELETE: 'forse',
      IRIS_NOTIFY_URL: 'ftp://a',
      IRIS_USER: 'solo',
      IRIS_TIPO_PENDENZA_ISTRUTTORIA: 'E_BOLLO',
    };
    const thrown = (): unknown => {
      try {
        return new Settings(env);
      } catch (error) {
        return error;
      }
    };
    const faults = thrown();
    expect(faults).toBeInstanceOf(SettingsFaults);
    expect((faults as SettingsFaults).faults).toHaveLength(7);
  });
});
