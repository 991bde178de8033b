import { renderTable } from '../table.js';
import type { MachineFacts } from './machine.js';
import type { Weighed } from './memory.js';
import type { PollResult } from './polls.js';
import type { BenchResult, Goal } from './result.js';
import type { Spread } from './statistics.js';
import type { BuildSummary, LifecycleSummary } from './summary.js';
import type { WakeResult } from './wake.js';

type Line = readonly [label: string, value: string];

/** Everything a person wants to read, as one table. Of several rounds: the median, and (smallest to largest). */
export function renderReport(result: BenchResult): string {
  const { machine, lifecycle, memory, polls, wake, goals } = result;
  return renderTable('npm run bench: one durable payment lifecycle', [
    ...machineLines(machine),
    ...(lifecycle ? lifecycleLines(lifecycle) : []),
    ...(memory ? memoryLines(memory) : []),
    ...(polls ? pollLines(polls) : []),
    ...(wake ? wakeLines(wake) : []),
    ...goalLines(goals),
  ]);
}

const heading = (text: string): readonly Line[] => [
  ['', ''],
  [text, ''],
];

const machineLines = (machine: MachineFacts): readonly Line[] => [
  [
    'machine',
    `${machine.cores} cores (${machine.cpu}), ${machine.memoryGigabytes} GB, load ${machine.loadBefore.toFixed(1)} before`,
  ],
  ['PostgreSQL', `${machine.postgres}, fsync ${machine.fsync}, synchronous_commit ${machine.synchronousCommit}`],
  ['queues', machine.redis === null ? 'in PostgreSQL: not what the goals are about' : `Redis ${machine.redis}`],
  ['Node', machine.node],
];

function lifecycleLines(summary: LifecycleSummary): readonly Line[] {
  return [
    ...heading('LIFECYCLES A SECOND'),
    ...summary.levels.map((level): Line => [`${level.build}, ${level.inFlight} in flight`, spread(level.perSecond, 0)]),
    ...(summary.rawPerSecond ? [['raw rows, 64 a transaction', spread(summary.rawPerSecond, 0)] as const] : []),
    ...summary.ratios.map(({ inFlight, oursToNaive }): Line => [
      `ours / naive, ${inFlight} in flight`,
      `${spread(oursToNaive, 1)} times`,
    ]),
    ...(summary.bestToBest
      ? [['ours / naive, each at its best', `${spread(summary.bestToBest, 1)} times`] as const]
      : []),
    ...(summary.oursToRaw ? [['ours / raw rows', spread(summary.oursToRaw, 3)] as const] : []),
    ...heading('ONE LIFECYCLE COSTS'),
    ...summary.levels.flatMap(costLines),
    ...heading('LATENCY AT LOW LOAD (1 in flight, 15 ms pause before each event)'),
    ...summary.lowLoad.flatMap(latencyLines),
    ...(summary.eventToNaiveDirect
      ? [['event p50, ours / naive applied directly', spread(summary.eventToNaiveDirect, 2)] as const]
      : []),
  ];
}

function costLines(level: BuildSummary): readonly Line[] {
  const label = `${level.build}, ${level.inFlight} in flight`;
  const { nodeCpuMs, postgresCpuMs, redisCpuMs } = level;
  const sum = level.cpuMs ? `${spread(level.cpuMs, 2)} ms CPU = ` : '';
  const intake = level.intakeCommits === null ? '' : `, ${level.intakeCommits.toFixed(2)} of the intake`;
  const syncs = level.walSyncs === null ? '' : `, ${level.walSyncs.toFixed(2)} flushes`;
  return [
    [
      label,
      `${sum}${nodeCpuMs.toFixed(2)} node + ${orUnknown(postgresCpuMs)} PostgreSQL + ${orUnknown(redisCpuMs)} Redis`,
    ],
    ['', `${level.transitions.toFixed(1)} transitions, ${spread(level.commits, 2)} commits${intake}`],
    [
      '',
      `${(level.walBytes.median / 1_024).toFixed(1)} KB WAL${syncs}; event p50 ${level.eventP50Ms.median.toFixed(1)} ms, p99 ${level.eventP99Ms.median.toFixed(1)} ms`,
    ],
  ];
}

const latencyLines = (level: BuildSummary): readonly Line[] => [
  [level.build, `event p50 ${spread(level.eventP50Ms, 2)} ms, p99 ${spread(level.eventP99Ms, 2)} ms`],
  ['', `event to its effect, through the queue, p50 ${spread(level.effectP50Ms, 2)} ms`],
];

const memoryLines = (weighed: readonly Weighed[]): readonly Line[] => [
  ...heading('REDIS BYTES A WAITING PAYMENT'),
  ...(weighed.length === 0 ? [['', 'not measured: there is no Redis'] as const] : []),
  ...weighed.map((of): Line => [
    of.build,
    `${of.bytesPerPayment.toFixed(0)} bytes, ${of.keysPerPayment.toFixed(2)} keys ` +
      `(${of.payments} payments: ${whole(of.bytesBefore)} -> ${whole(of.bytesAfter)} bytes)`,
  ]),
];

const pollLines = (polls: PollResult): readonly Line[] => [
  ...heading('POLLS AT THE SANDBOX, positions a second over SOAP'),
  ['50 in one message', whole(polls.batchedPerSecond)],
  ['one in one message', whole(polls.singlePerSecond)],
  ['ratio', `${polls.ratio.toFixed(1)} times`],
];

const wakeLines = (wake: WakeResult): readonly Line[] => [
  ...heading(`WAKE AFTER A WIPE, ${whole(wake.crowd)} waiting payments`),
  [
    `${whole(wake.dueAtWipe)} due and rung before the wipe`,
    `carried out ${wake.wokenAfterSeconds.toFixed(1)} s after it`,
  ],
  ['all made due at once', `all rung for after ${wake.allRungAfterSeconds.toFixed(1)} s`],
  ['', `all asked about after ${wake.allPolledAfterSeconds.toFixed(1)} s, in ${whole(wake.pollMessages)} messages`],
  ...(wake.atRest
    ? [
        [
          `${whole(wake.atRest.payments)} at rest`,
          `one scan of the relay ${wake.atRest.scanMs.toFixed(1)} ms`,
        ] as const,
        ...Object.entries(wake.atRest.megabytes).map(([table, size]): Line => [`  ${table}`, `${whole(size)} MB`]),
      ]
    : []),
];

const goalLines = (goals: readonly Goal[]): readonly Line[] => [
  ...heading('GOALS'),
  ...goals.map(({ goal, first, aim, measured, isFirstMet, isAimMet }): Line => [
    goal,
    measured === null
      ? 'not measured'
      : `${measured.toFixed(2)}  ${isAimMet ? 'met' : 'NOT MET'} (${aim}), first step ${isFirstMet ? 'met' : 'NOT MET'} (${first})`,
  ]),
];

const spread = ({ min, median, max }: Spread, digits: number): string =>
  min === max ? median.toFixed(digits) : `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;

const orUnknown = (value: number | null): string => (value === null ? '?' : value.toFixed(2));

const whole = (value: number): string => Math.round(value).toLocaleString('en-GB');
