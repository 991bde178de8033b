import { describe, expect, it } from '@jest/globals';
import type { LogLevel } from './config.js';
import { createLogger, frameworkLogger, keptLogger } from './logging.js';

function setUp(level: LogLevel = 'trace') {
  const lines: string[] = [];
  const logger = createLogger({ process: 'api', level, destination: { write: (line) => lines.push(line) } });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
}

describe('logging', () => {
  it('a line is JSON with a word as level, the process and the time in UTC', () => {
    const { logger, last } = setUp();
    logger.info({ paymentId: 'p1' }, 'opened');
    expect(last()).toMatchObject({ level: 'info', process: 'api', paymentId: 'p1', msg: 'opened' });
    expect(last()['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('tax codes, e-mails and credentials are hidden at every depth that is used', () => {
    const { logger, lines } = setUp();
    logger.warn({
      fiscalCode: 'CANARY',
      req: { headers: { authorization: 'Bearer CANARY', cookie: 'CANARY' } },
      practice: { payer: { fiscalCode: 'CANARY', email: 'CANARY' } },
      list: [{ body: { payer: { email: 'CANARY' } } }],
    });
    expect(lines.join('')).not.toContain('CANARY');
    expect(lines.join('')).toContain('[hidden]');
  });

  it('tax codes and e-mail addresses are left out of free text too, and the line stays JSON', () => {
    const { logger, last } = setUp();
    logger.error({ err: new Error('value "RSSMRA80A01H501U" of mario.rossi@example.org') }, 'RSSMRA80A01H501U');
    expect(last()).toMatchObject({ msg: '[hidden]', err: { message: 'value "[hidden]" of [hidden]' } });
  });

  it('of an error its other properties stay away, such as the row that a database refused', () => {
    const { logger, last, lines } = setUp();
    const refused = Object.assign(new Error('null value'), {
      code: '23502',
      detail: 'Failing row contains (Mario Rossi)',
    });
    logger.error({ err: new Error('not stored', { cause: refused }) }, 'failed');
    logger.error({ err: refused }, 'failed');
    expect(last()).toMatchObject({ err: { type: 'Error', message: 'null value', code: '23502' } });
    expect(lines.join('')).not.toContain('Mario');
    expect(lines[0]).toContain('"cause":"null value"');
  });

  it('what must be kept is written even where fewer lines are wanted, unless none are', () => {
    const [few, none] = [setUp('error'), setUp('silent')];
    keptLogger(few.logger, 'access').info({ status: 200 }, 'request');
    keptLogger(none.logger, 'access').info({ status: 200 }, 'request');
    expect(few.last()).toMatchObject({ level: 'info', log: 'access', status: 200, process: 'api' });
    expect(none.lines).toEqual([]);
  });

  it('a line break in a value cannot forge a second line', () => {
    const { logger, lines } = setUp();
    logger.info({ reason: 'a\n{"level":"fatal"}' }, 'b\nc');
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toContain('\n');
  });

  it('a level below the chosen one is silent', () => {
    const { logger, lines } = setUp('warn');
    logger.info('not now');
    expect(lines).toEqual([]);
  });

  it('a framework writes with its context, its stack and its errors', () => {
    const { logger, last } = setUp();
    const framework = frameworkLogger(logger);
    framework.log('Mapped {/v1/practices, POST}', 'RouterExplorer');
    expect(last()).toMatchObject({ level: 'info', context: 'RouterExplorer', msg: 'Mapped {/v1/practices, POST}' });
    framework.error('it broke', 'Error: it broke\n at x', 'ExceptionHandler');
    expect(last()).toMatchObject({ level: 'error', stack: 'Error: it broke\n at x', context: 'ExceptionHandler' });
    framework.fatal(new Error('worse'), 'Main');
    expect(last()).toMatchObject({ level: 'fatal', context: 'Main', msg: 'worse', err: { message: 'worse' } });
    framework.verbose({ some: 'facts' }, 'Main');
    expect(last()).toMatchObject({ level: 'trace', some: 'facts', context: 'Main' });
  });
});
