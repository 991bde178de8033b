import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Receipt } from '#libs/engine';
import type { Installation } from './index.js';
import { countDecisions, countEffects, gaugeInstallation, Metrics, timeExchanges, timeRequests } from './index.js';

let metrics: Metrics;
beforeEach(() => {
  metrics = new Metrics();
});

/** The lines of our own figures. */
const told = async (): Promise<string[]> =>
  (await metrics.text()).split('\n').filter((line) => line.startsWith('portos_'));

const receipt = (machine: string, decision: Receipt['decision']) =>
  ({ decision, instance: { machine } }) as unknown as Receipt;

describe('what a process counts', () => {
  it('is told with its labels', async () => {
    countDecisions(metrics)([
      receipt('payment', 'applied'),
      receipt('payment', 'ignored'),
      receipt('payment', 'applied'),
    ]);
    const ended = countEffects(metrics);
    ended('iris.poll', 'done');
    expect(await told()).toEqual([
      'portos_decisions_total{machine="payment",decision="applied"} 2',
      'portos_decisions_total{machine="payment",decision="ignored"} 1',
      'portos_effects_total{effect="iris.poll",outcome="done"} 1',
    ]);
  });

  it('is timed in seconds', async () => {
    timeExchanges(metrics)({
      operation: 'IdpVerificaStatoPagamenti',
      msgId: 'm1',
      requestIds: ['r1'],
      outcome: 'answered',
      durationMs: 1_500,
    });
    timeRequests(metrics)({ method: 'GET', route: null, status: null, durationMs: 20 });
    const lines = await told();
    const exchange = 'operation="IdpVerificaStatoPagamenti",outcome="answered"';
    expect(lines).toContain(`portos_iris_exchange_duration_seconds_sum{${exchange}} 1.5`);
    const request = 'method="GET",route="none",status="hung up"';
    expect(lines).toContain(`portos_http_request_duration_seconds_sum{${request}} 0.02`);
    expect(lines.join()).not.toMatch(/m1|r1/);
  });

  it('is told beside the figures that every Node process has', async () => {
    expect(await metrics.text()).toMatch(/^process_cpu_seconds_total \d/m);
    expect(await metrics.text()).toMatch(/^nodejs_eventloop_lag_seconds \d/m);
  });
});

describe('what is asked of the database', () => {
  const installation: Installation = {
    instances: () => Promise.resolve({ payment: { paid: 3, 'redirected.choosing': 2 }, practice: {} }),
    openIncidents: () => Promise.resolve({ duplicatePayment: 1 }),
    oldestOverdueMs: () => Promise.resolve(2_500),
    waitingDeliveries: () => Promise.resolve({ count: 4, oldestMs: 60_000 }),
  };

  it('is told as it stands now', async () => {
    let paid = 3;
    const instances = () => Promise.resolve({ payment: paid > 0 ? { paid } : {} });
    gaugeInstallation(metrics, { ...installation, instances }, () => undefined, 0);
    expect(await told()).toEqual([
      'portos_instances{machine="payment",state="paid"} 3',
      'portos_incidents_open{kind="duplicatePayment"} 1',
      'portos_effect_overdue_seconds 2.5',
      'portos_webhook_deliveries_waiting 4',
      'portos_webhook_oldest_waiting_seconds 60',
      'portos_database_up 1',
    ]);
    paid = 0;
    expect((await told()).filter((line) => line.startsWith('portos_instances'))).toEqual([]);
  });

  it('is missing where it cannot be had, and all of it while the database is away; why is told', async () => {
    const heard: string[] = [];
    const down = new Set<keyof Installation>();
    const guarded = (name: keyof Installation) => () =>
      down.has(name) ? Promise.reject(new Error(`${name} failed`)) : (installation[name]() as Promise<never>);
    const names = ['instances', 'openIncidents', 'oldestOverdueMs', 'waitingDeliveries'] as const;
    const asked = Object.fromEntries(names.map((name) => [name, guarded(name)])) as unknown as Installation;
    gaugeInstallation(metrics, asked, (error) => heard.push(String(error)), 0);
    expect(await told()).toContain('portos_effect_overdue_seconds 2.5');
    down.add('oldestOverdueMs');
    const lines = await told();
    expect(lines).toContain('portos_database_up 1');
    expect(lines.join()).not.toContain('portos_effect_overdue_seconds');
    expect(heard).toEqual(['Error: oldestOverdueMs failed']);
    names.forEach((name) => down.add(name));
    expect(await told()).toEqual(['portos_database_up 0']);
    down.clear();
    expect(await told()).toHaveLength(lines.length + 1);
  });

  it('is asked once for all who want it within a few seconds', async () => {
    let asked = 0;
    const oldestOverdueMs = () => Promise.resolve((asked += 1));
    gaugeInstallation(metrics, { ...installation, oldestOverdueMs }, () => undefined);
    await Promise.all([told(), told(), told()]);
    await told();
    expect(asked).toBe(1);
  });
});
