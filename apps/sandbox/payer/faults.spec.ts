import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deleteRequest, insertRequest, newId, verifyRequest } from '../trial/messages.js';
import { NotificationReceiver } from '../trial/notification-receiver.js';
import { textsIn } from '../trial/reading-answers.js';
import { SandboxOnTrial } from '../trial/sandbox-on-trial.js';

const NO_STRIKES = { failedMessages: 0, refusedWhileDown: 0, duplicated: 0, overtaken: 0, keptWhileDown: 0 };

describe('the faults of IRIS', () => {
  let receiver: NotificationReceiver;
  let sandbox: SandboxOnTrial;

  beforeEach(async () => {
    receiver = await NotificationReceiver.start();
    sandbox = await SandboxOnTrial.start({ IRIS_NOTIFY_URL: receiver.url });
  });

  afterEach(async () => {
    await sandbox.stop();
    await receiver.stop();
  });

  const faults = (plan: object): Promise<Response> => sandbox.post('/sandbox/faults', plan);
  const set = (idPagamento: string, scenario: string): Promise<Response> =>
    sandbox.post('/sandbox/scenario', { idPagamento, scenario });

  /** How one message fares: what its caller can tell apart. */
  const fateOf = async (message: string): Promise<string> => {
    try {
      const answer = await sandbox.soap(message);
      const text = await answer.text();
      if (answer.status !== 200) return text.includes('Fault') ? 'soap-fault' : `http-${answer.status}`;
      return text.endsWith('Envelope>') ? 'answered' : 'garbage';
    } catch {
      return 'lost';
    }
  };

  const fatesOf = async (count: number): Promise<string[]> => {
    const fates: string[] = [];
    for (let n = 0; n < count; n += 1) fates.push(await fateOf(verifyRequest([newId('I')])));
    return fates;
  };

  it('are none at first, and none again after {}', async () => {
    await faults({ errorRate: 1, downForSeconds: 60 });
    const answer = await faults({});
    expect(await answer.json()).toEqual({
      latencyMs: 0,
      errorRate: 0,
      duplicateRate: 0,
      reorderRate: 0,
      downForSeconds: 0,
      seed: '0',
      onDelete: 'forgets',
      downUntil: null,
      struck: NO_STRIKES,
    });
    expect(await fatesOf(3)).toEqual(['answered', 'answered', 'answered']);
  });

  it('are the same for the same seed and others for another', async () => {
    await faults({ errorRate: 0.5, seed: 7 });
    const first = await fatesOf(24);
    await faults({ errorRate: 0.5, seed: 7, duplicateRate: 0.5 });
    expect(await fatesOf(24)).toEqual(first);
    await faults({ errorRate: 0.5, seed: 8 });
    expect(await fatesOf(24)).not.toEqual(first);
    expect(new Set(first)).toEqual(new Set(['answered', 'lost', 'soap-fault', 'http-500', 'garbage']));
  });

  it('let IRIS be down for as long as was said, while its payers pay and its notifications wait', async () => {
    const { idPagamento, page } = await sandbox.openOne();
    await faults({ downForSeconds: 30 });
    expect(await fateOf(verifyRequest([idPagamento]))).toBe('http-503');
    expect((await sandbox.get(page)).status).toBe(503);
    await sandbox.post(`/sandbox/pay/${idPagamento}`);
    sandbox.clock.advance(29_999);
    expect([await fateOf(verifyRequest([idPagamento])), receiver.received.length]).toEqual(['http-503', 0]);
    sandbox.clock.advance(1);
    expect(await sandbox.stateOf(idPagamento)).toBe('POSIZIONE_PAGATA PAG_ESEGUITO_IDP');
    await receiver.untilReceived(1);
  });

  it('while IRIS is down open nothing', async () => {
    await faults({ downForSeconds: 1 });
    const idPagamento = newId('I');
    expect(await fateOf(insertRequest([{ idPagamento }]))).toBe('http-503');
    sandbox.clock.advance(1_000);
    expect(await sandbox.stateOf(idPagamento)).toBe('POSIZIONE_NON_PRESENTE -');
  });

  it('send notifications twice, and let later ones overtake', async () => {
    await faults({ duplicateRate: 1 });
    const twice = await sandbox.openOne();
    await sandbox.post(`/sandbox/pay/${twice.idPagamento}`);
    await receiver.untilReceived(2);
    expect(receiver.received[0]?.body).toBe(receiver.received[1]?.body);
    await faults({ reorderRate: 1 });
    const overtaken = await sandbox.openOne();
    await sandbox.post(`/sandbox/pay/${overtaken.idPagamento}`);
    await faults({});
    const overtaking = await sandbox.openOne();
    await sandbox.post(`/sandbox/pay/${overtaking.idPagamento}`);
    await receiver.untilReceived(3);
    sandbox.clock.advance(8_000);
    await receiver.untilReceived(4);
    expect(receiver.received.slice(2).flatMap(({ body }) => textsIn(body, 'IdPagamento'))).toEqual([
      overtaking.idPagamento,
      overtaken.idPagamento,
    ]);
  });

  it('count how often they struck, and go on counting when others are set', async () => {
    const struck = async () => ((await (await sandbox.get('/sandbox/faults')).json()) as { struck: object }).struck;
    const pay = async () => sandbox.post(`/sandbox/pay/${(await sandbox.openOne()).idPagamento}`);
    await pay();
    expect(await struck()).toEqual(NO_STRIKES);
    await faults({ errorRate: 1 });
    await fatesOf(3);
    await faults({ duplicateRate: 1, reorderRate: 1 });
    await pay();
    expect(await struck()).toEqual({ ...NO_STRIKES, failedMessages: 3, duplicated: 1, overtaken: 1 });
    const { idPagamento } = await sandbox.openOne();
    await faults({ downForSeconds: 30 });
    await fatesOf(2);
    await sandbox.post(`/sandbox/pay/${idPagamento}`);
    expect(await struck()).toMatchObject({ failedMessages: 3, refusedWhileDown: 2, keptWhileDown: 1 });
  });

  it('make every answer take its time', async () => {
    await faults({ latencyMs: 250 });
    const answer = fateOf(verifyRequest([newId('I')]));
    expect(await sandbox.clock.untilTimerMs()).toBe(250);
    sandbox.clock.advance(250);
    expect(await answer).toBe('answered');
  });

  it.each([
    [{ errorRate: 1.5, duplicateRate: -1 }, 422, ['/errorRate', '/duplicateRate']],
    [{ latencyMs: 'presto', downForSeconds: -1 }, 400, ['/latencyMs', '/downForSeconds']],
    [{ latencyMs: 0.5 }, 400, ['/latencyMs']],
    [{ seed: {} }, 400, ['/seed']],
    [{ onDelete: 'forse' }, 422, ['/onDelete']],
    [{ 'error/rate': 1 }, 400, ['/error~1rate']],
  ])('refuse %j by %s, name all that is wrong, and change nothing', async (plan, status, pointers) => {
    const answer = await faults(plan);
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([
      status,
      'application/problem+json; charset=utf-8',
    ]);
    const { errors, detail } = (await answer.json()) as {
      errors: { pointer: string; message: string }[];
      detail: string;
    };
    expect(errors.map(({ pointer }) => pointer)).toEqual(pointers);
    expect(detail).toBe(errors.map(({ message }) => message).join('; '));
    expect(await (await sandbox.get('/sandbox/faults')).json()).toMatchObject({ errorRate: 0, onDelete: 'forgets' });
  });

  describe('of one answer', () => {
    it.each([
      ['lost-answer', 'lost', true],
      ['garbage', 'garbage', true],
      ['soap-fault', 'soap-fault', false],
      ['http-500', 'http-500', false],
    ])(
      '%s as "next": the opening is %s, stored: %s, and the one after it is answered',
      async (name, fate, isStored) => {
        await set('next', name);
        const idPagamento = newId('I');
        expect(await fateOf(insertRequest([{ idPagamento }]))).toBe(fate);
        expect(await sandbox.stateOf(idPagamento)).toBe(
          isStored ? 'POSIZIONE_NON_PAGATA -' : 'POSIZIONE_NON_PRESENTE -',
        );
        expect(await fateOf(insertRequest([{ idPagamento: newId('I') }]))).toBe('answered');
      },
    );

    it('timeout stores the opening and hangs up only after everybody has gone', async () => {
      await set('next', 'timeout');
      const idPagamento = newId('I');
      const answer = fateOf(insertRequest([{ idPagamento }]));
      expect(await sandbox.clock.untilTimerMs()).toBe(40_000);
      expect(await sandbox.stateOf(idPagamento)).toBe('POSIZIONE_NON_PAGATA -');
      sandbox.clock.advance(40_000);
      expect(await answer).toBe('lost');
    });

    it('a "next" waits for an opening: a poll does not use it up', async () => {
      await set('next', 'soap-fault');
      expect(await fateOf(verifyRequest([newId('I')]))).toBe('answered');
      expect(await fateOf(insertRequest([{ idPagamento: newId('I') }]))).toBe('soap-fault');
    });

    it('set for a position spoils every poll that names it, and no other', async () => {
      const [spoilt, other] = [await sandbox.openOne(), await sandbox.openOne()];
      await set(spoilt.idPagamento, 'garbage');
      await set(other.idPagamento, 'paid');
      expect(await fateOf(verifyRequest([other.idPagamento, spoilt.idPagamento]))).toBe('garbage');
      expect(await fateOf(verifyRequest([other.idPagamento]))).toBe('answered');
      await sandbox.post(`/sandbox/pay/${spoilt.idPagamento}`);
      expect(await sandbox.ledger()).toMatchObject({ total: '16.00' });
    });

    it('by default spoils whatever is asked, but a lost answer spares the polls', async () => {
      await set('default', 'http-500');
      expect(await fatesOf(1)).toEqual(['http-500']);
      await set('default', 'lost-answer');
      expect(await fatesOf(1)).toEqual(['answered']);
      expect(await fateOf(insertRequest([{ idPagamento: newId('I') }]))).toBe('lost');
      expect(await fateOf(deleteRequest(newId('I')))).toBe('lost');
    });
  });
});
