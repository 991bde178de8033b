import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { SandboxOnTrial } from './trial/sandbox-on-trial.js';

describe('the sandbox', () => {
  it('stops at once, though a caller is idle or in the middle of a request', async () => {
    const sandbox = await SandboxOnTrial.start();
    const { hostname, port } = new URL(sandbox.url);
    const idle = connect(Number(port), hostname);
    idle.write('GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(idle, 'data');
    const slow = connect(Number(port), hostname);
    slow.write('POST /sandbox/scenario HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n');
    slow.write('Expect: 100-continue\r\n\r\n');
    await once(slow, 'data');
    const closed = Promise.all([once(idle, 'close'), once(slow, 'close')]);
    await sandbox.stop();
    await expect(closed).resolves.toHaveLength(2);
  });

  it('stops with a payment on its way, which then never happens', async () => {
    const sandbox = await SandboxOnTrial.start();
    const { idPagamento } = await sandbox.openOne();
    await sandbox.post('/sandbox/scenario', { idPagamento, scenario: 'paid-slow' });
    await sandbox.post(`/sandbox/pay/${idPagamento}`);
    await sandbox.stop();
    expect(sandbox.clock.hasTimers()).toBe(false);
  });

  it('answers an unknown address and a broken body by problem+json', async () => {
    const sandbox = await SandboxOnTrial.start();
    try {
      const unknown = await sandbox.get('/niente');
      expect(unknown.headers.get('Content-Type')).toContain('application/problem+json');
      expect(await unknown.json()).toMatchObject({ status: 404, title: 'Not Found' });
      const broken = await fetch(`${sandbox.url}/sandbox/scenario`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: '{',
      });
      expect(await broken.json()).toMatchObject({ status: 400 });
    } finally {
      await sandbox.stop();
    }
  });
});
