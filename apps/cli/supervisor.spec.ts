import { EventEmitter, once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Ending, growingPause, type Program, Supervisor } from './supervisor.js';

const supervisors: Supervisor[] = [];

afterEach(async () => {
  await Promise.all(supervisors.splice(0).map((supervisor) => supervisor.stop(0)));
});

const script = (source: string): Program => ({ name: 'child', args: ['-e', source], env: process.env });

function setUp(program: Program, pauseMs: (endings: number) => number = () => 1) {
  const heard = new EventEmitter();
  const endings: Ending[] = [];
  const watcher = {
    line: (stream: string, line: string) => void heard.emit('line', `${stream}: ${line}`),
    ended: (ending: Ending) => {
      endings.push(ending);
      heard.emit('ended', ending);
    },
  };
  const supervisor = new Supervisor(program, watcher, pauseMs);
  supervisors.push(supervisor);
  return {
    supervisor,
    endings,
    line: async () => ((await once(heard, 'line')) as [string])[0],
    ended: async () => ((await once(heard, 'ended')) as [Ending])[0],
  };
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a supervised program', () => {
  it('that dies is started again, each time after a longer pause', async () => {
    const { supervisor, endings, ended } = setUp(script('process.exit(3)'), (count) => count * 5);
    supervisor.start();
    while (endings.length < 3) await ended();
    expect(endings.map(({ code, startsAgainInMs }) => [code, startsAgainInMs])).toEqual([
      [3, 5],
      [3, 10],
      [3, 15],
    ]);
  });

  it('that is killed is started again as another process', async () => {
    const { supervisor, line, ended } = setUp(script('console.log(process.pid); setInterval(() => {}, 1000)'));
    supervisor.start();
    const first = await line();
    process.kill(supervisor.pid ?? 0, 'SIGKILL');
    expect(await ended()).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(await line()).not.toBe(first);
  });

  it('that ends when asked is gone after stop, and is not started again', async () => {
    const { supervisor, line, endings } = setUp(script('console.log("up"); setInterval(() => {}, 1000)'));
    supervisor.start();
    expect(await line()).toBe('stdout: up');
    const pid = supervisor.pid ?? 0;
    await supervisor.stop(10_000);
    expect(isAlive(pid)).toBe(false);
    expect(endings).toEqual([]);
  });

  it('that does not listen is killed at the deadline', async () => {
    const stubborn = 'process.on("SIGTERM", () => console.error("no")); console.log("up"); setInterval(() => {}, 1000)';
    const { supervisor, line } = setUp(script(stubborn));
    supervisor.start();
    await line();
    const pid = supervisor.pid ?? 0;
    const stopped = supervisor.stop(200);
    expect(await line()).toBe('stderr: no');
    expect(isAlive(pid)).toBe(true);
    await stopped;
    expect(isAlive(pid)).toBe(false);
  });

  it('that is pausing between two runs does not come back after stop', async () => {
    const { supervisor, ended } = setUp(script('process.exit(1)'), () => 60_000);
    supervisor.start();
    await ended();
    await supervisor.stop(1000);
    expect(supervisor.pid).toBeUndefined();
  });

  it('is not hurried: the pauses grow from half a second to half a minute', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 40].map(growingPause)).toEqual([
      500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
    ]);
  });
});
