import { Counter, Histogram } from 'prom-client';
import type { Receipt } from '#libs/engine';
import type { IrisExchange } from '#libs/iris';
import type { Metrics } from './metrics.js';

/** Seconds: an answer of ours takes milliseconds, one of IRIS may take its whole timeout. */
const ANSWER_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const EXCHANGE_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What was decided, applied or not. */
export function countDecisions({ registry }: Metrics): (receipts: readonly Receipt[]) => void {
  const counter = new Counter({
    name: 'portos_decisions_total',
    help: 'Events that machines decided, by what became of them',
    labelNames: ['machine', 'decision'],
    registers: [registry],
  });
  return (receipts) => {
    for (const { instance, decision } of receipts) counter.inc({ machine: instance.machine, decision });
  };
}

/** How each try of an effect ended: `done`, `retry` or `park`. */
export function countEffects({ registry }: Metrics): (effect: string, outcome: string) => void {
  const counter = new Counter({
    name: 'portos_effects_total',
    help: 'Tries of effects, by how they ended',
    labelNames: ['effect', 'outcome'],
    registers: [registry],
  });
  return (effect, outcome) => counter.inc({ effect, outcome });
}

/** @returns hears of each job of the command queue */
export function countCommands({ registry }: Metrics): (command: string, outcome: string) => void {
  const counter = new Counter({
    name: 'portos_commands_total',
    help: 'Jobs of the queue payment-commands, by how they ended',
    labelNames: ['command', 'outcome'],
    registers: [registry],
  });
  return (command, outcome) => counter.inc({ command, outcome });
}

export function timeExchanges({ registry }: Metrics): (exchange: IrisExchange) => void {
  const histogram = new Histogram({
    name: 'portos_iris_exchange_duration_seconds',
    help: 'Messages to IRIS, by operation and by the answer or the error they ended with',
    labelNames: ['operation', 'outcome'],
    buckets: EXCHANGE_BUCKETS,
    registers: [registry],
  });
  return ({ operation, outcome, durationMs }) => histogram.observe({ operation, outcome }, durationMs / 1000);
}

/** A request that has ended. */
export interface MeasuredRequest {
  readonly method: string;
  /** The template of its path; null when no route took it. */
  readonly route: string | null;
  /** Null when the caller hung up. */
  readonly status: number | null;
  readonly durationMs: number;
}

export function timeRequests({ registry }: Metrics): (request: MeasuredRequest) => void {
  const histogram = new Histogram({
    name: 'portos_http_request_duration_seconds',
    help: 'Requests to the API, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: ANSWER_BUCKETS,
    registers: [registry],
  });
  return ({ method, route, status, durationMs }) =>
    histogram.observe({ method, route: route ?? 'none', status: status ?? 'hung up' }, durationMs / 1000);
}
