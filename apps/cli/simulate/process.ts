import type { Waits } from '#libs/engine';
import type { Chance } from './chance.js';
import type { Schedule } from './schedule.js';

/** What may go wrong between a process and a server. */
export interface LineFaults {
  /** The request never arrives. */
  readonly lostRequest: number;
  /** It is carried out, and nobody hears of it. */
  readonly lostAnswer: number;
  /** The longest way there, and back, in milliseconds. */
  readonly slowestMs: number;
  /** The process dies at this very call: its request may still go out. */
  readonly fatal: number;
  /** The process stands still at this very call, longer than any lease, and then goes on as if nothing had been. */
  readonly frozen: number;
}

export const GOOD_LINE: LineFaults = { lostRequest: 0, lostAnswer: 0, slowestMs: 5, fatal: 0, frozen: 0 };

const SECOND = 1_000;
const FREEZES_MS = [15 * SECOND, 60 * SECOND, 600 * SECOND, 2_400 * SECOND] as const;

/** What a broken connection looks like to its user. */
export const connectionLost = (): Error =>
  Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });

/** How a process of the simulation speaks with a server. */
export interface Line {
  call<Answer>(work: () => Answer): Promise<Answer>;
}

/**
 * A process: it lives until it is killed, and may be frozen. Whatever it awaits comes over a line; the answers to one
 * that was killed go nowhere, so it ends at whichever await it had come to.
 */
export class SimulatedProcess {
  isAlive = true;
  /** Until then nothing reaches it. */
  frozenUntil = 0;

  constructor(
    readonly name: string,
    private readonly schedule: Schedule,
    /** Ends it, and lets another one take its place. */
    private readonly onFatal: () => void,
  ) {}

  /** @param faults read at each call, because they end */
  line(chance: Chance, faults: () => LineFaults): Line {
    return {
      call: (work) =>
        new Promise((resolve, reject) => {
          if (!this.isAlive) return;
          const { lostRequest, lostAnswer, slowestMs, fatal, frozen } = faults();
          if (chance.happens(fatal)) this.onFatal();
          if (chance.happens(frozen)) this.frozenUntil = this.schedule.now + chance.pick(FREEZES_MS);
          const isLost = chance.happens(lostRequest);
          const isUnheard = chance.happens(lostAnswer);
          const [thereMs, backMs] = [chance.between(0, slowestMs), chance.between(0, slowestMs)];
          // What a dying process had sent may arrive all the same.
          const isSent = chance.happens(0.5);
          this.schedule.silentlyAfter(thereMs, () => {
            const isCarriedOut = !isLost && (this.isAlive || isSent);
            const answer = isCarriedOut ? outcomeOf(work) : () => reject(connectionLost());
            this.schedule.after(backMs, () =>
              this.hear(isUnheard ? () => reject(connectionLost()) : () => answer(resolve, reject)),
            );
          });
        }),
    };
  }

  /** Lets it go on, unless it is dead; one that is frozen later. */
  hear(goOn: () => void): void {
    if (!this.isAlive) return;
    if (this.frozenUntil > this.schedule.now) this.schedule.at(this.frozenUntil, () => this.hear(goOn));
    else goOn();
  }

  /** Time as it passes for it. */
  readonly waits: Waits = {
    pause: async (ms, signal) => {
      await this.schedule.pause(ms, signal);
      await new Promise<void>((resolve) => this.hear(resolve));
    },
    nextTurn: () => this.waits.pause(0),
  };
}

type Settle<Answer> = (resolve: (answer: Answer) => void, reject: (error: unknown) => void) => void;

function outcomeOf<Answer>(work: () => Answer): Settle<Answer> {
  try {
    const answer = work();
    return (resolve) => resolve(answer);
  } catch (error) {
    return (_, reject) => reject(error);
  }
}
