import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Push, PUSH_PAUSES_MS } from './push.js';
import { infoMessaggio, NotificationReceiver } from './trial/notification-receiver.js';
import { textsIn } from './trial/reading-answers.js';
import { SandboxOnTrial } from './trial/sandbox-on-trial.js';

const FAULT = {
  status: 500,
  body: `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>
<faultcode>s:Server</faultcode><faultstring>no</faultstring></s:Fault></s:Body></s:Envelope>`,
};

describe('notifications to the creditor', () => {
  let receiver: NotificationReceiver;
  let sandbox: SandboxOnTrial;

  beforeEach(async () => {
    receiver = await NotificationReceiver.start();
    sandbox = await SandboxOnTrial.start({
      IRIS_NOTIFY_URL: receiver.url,
      IRIS_NOTIFY_USER: 'iris',
      IRIS_NOTIFY_PASSWORD: 'prova',
    });
  });

  afterEach(async () => {
    await sandbox.stop();
    await receiver.stop();
  });

  const pay = async (scenario: string, push = true): Promise<string> => {
    const { idPagamento } = await sandbox.openOne();
    await sandbox.post('/sandbox/scenario', { idPagamento, scenario, push });
    await sandbox.post(`/sandbox/pay/${idPagamento}`);
    return idPagamento;
  };

  it('tells of a paid position with its transaction, its amount and its attestation', async () => {
    const idPagamento = await pay('paid');
    await receiver.untilReceived(1);
    const [notification] = receiver.received;
    expect(notification?.authorization).toBe(`Basic ${Buffer.from('iris:prova').toString('base64')}`);
    const body = notification?.body ?? '';
    expect(textsIn(body, 'IdPagamento')).toEqual([idPagamento]);
    expect(textsIn(body, 'Esito')).toEqual(['ESEGUITO']);
    expect(textsIn(body, 'Contenuto')).toHaveLength(1);
    const { items } = await sandbox.ledger();
    expect(textsIn(body, 'IdTransazione')).toEqual([items[0]?.['idTransazione']]);
  });

  it('tells only of what was paid', async () => {
    for (const scenario of ['rejected', 'cancelled-by-payer', 'page-closed', 'choice-too-slow']) await pay(scenario);
    const paid = await pay('paid');
    await receiver.untilReceived(1);
    expect(textsIn(receiver.received[0]?.body ?? '', 'IdPagamento')).toEqual([paid]);
  });

  it('tells of a slow payment when it is paid and not before', async () => {
    const slow = await pay('sbf-then-paid');
    const quick = await pay('paid');
    await receiver.untilReceived(1);
    expect(textsIn(receiver.received[0]?.body ?? '', 'IdPagamento')).toEqual([quick]);
    sandbox.clock.advance(8000);
    await receiver.untilReceived(2);
    expect(textsIn(receiver.received[1]?.body ?? '', 'IdPagamento')).toEqual([slow]);
  });

  it('keeps silent when the scenario switches it off', async () => {
    const silent = await pay('paid', false);
    const told = await pay('paid');
    await receiver.untilReceived(1);
    expect(receiver.received.map(({ body }) => textsIn(body, 'IdPagamento')[0])).toEqual([told]);
    expect(await sandbox.stateOf(silent)).toBe('POSIZIONE_PAGATA PAG_ESEGUITO_IDP');
  });

  it.each([
    ['a fault', FAULT],
    ['an answer in the wrong namespace', { status: 200, body: infoMessaggio('Elaborato Correttamente', 'urn:altro') }],
    ['an answer that is not XML', { status: 200, body: 'ok' }],
    ['a bad gateway', { status: 502, body: '' }],
  ])('sends the same message again after %s', async (_what, answer) => {
    receiver.answerNext(answer);
    await pay('paid');
    await receiver.untilReceived(1);
    expect(await sandbox.clock.untilTimerMs()).toBe(PUSH_PAUSES_MS[0]);
    sandbox.clock.advance(PUSH_PAUSES_MS[0]);
    await receiver.untilReceived(2);
    expect(receiver.received[1]?.body).toBe(receiver.received[0]?.body);
  });

  it.each([
    ['"Elaborato con Errori"', { status: 200, body: infoMessaggio('Elaborato con Errori') }],
    ['a refusal of the caller', { status: 403, body: '' }],
  ])('takes %s as final', async (_what, answer) => {
    receiver.answerNext(answer, FAULT);
    const refused = await pay('paid');
    await receiver.untilReceived(1);
    const repeated = await pay('paid');
    await sandbox.clock.untilTimerMs();
    sandbox.clock.advance(PUSH_PAUSES_MS[0]);
    await receiver.untilReceived(3);
    const told = receiver.received.map(({ body }) => textsIn(body, 'IdPagamento')[0]);
    expect(told).toEqual([refused, repeated, repeated]);
  });

  it('pauses longer and longer and gives up after ten tries', async () => {
    receiver.answerNext(...Array.from({ length: 11 }, () => FAULT));
    await pay('paid');
    for (const [index, pauseMs] of PUSH_PAUSES_MS.entries()) {
      await receiver.untilReceived(index + 1);
      expect(await sandbox.clock.untilTimerMs()).toBe(pauseMs);
      sandbox.clock.advance(pauseMs);
    }
    await receiver.untilReceived(10);
    await pay('paid');
    await receiver.untilReceived(11);
    expect(new Set(receiver.received.map(({ body }) => textsIn(body, 'IdPagamento')[0])).size).toBe(2);
  });

  it('leaves nothing of a try that is over with the signal that the sandbox stops', async () => {
    receiver.answerNext(FAULT, FAULT, FAULT);
    await pay('paid');
    for (const pauseMs of PUSH_PAUSES_MS.slice(0, 2)) {
      await sandbox.clock.untilTimerMs();
      sandbox.clock.advance(pauseMs);
    }
    await receiver.untilReceived(3);
    await sandbox.clock.untilTimerMs();
    const { signal } = sandbox.part(Push)['closing'];
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    const key = Object.getOwnPropertySymbols(signal).find(({ description }) => description === 'kDependantSignals');
    const dependants = key && (signal as unknown as Record<symbol, { readonly size: number } | undefined>)[key];
    expect(dependants?.size ?? 0).toBe(0); // what AbortSignal.any would leave
  });

  it('tries again when nobody listens', async () => {
    const alone = await SandboxOnTrial.start();
    try {
      const { idPagamento } = await alone.openOne();
      await alone.post(`/sandbox/pay/${idPagamento}`);
      expect(await alone.clock.untilTimerMs()).toBe(PUSH_PAUSES_MS[0]);
    } finally {
      await alone.stop();
    }
  });
});
