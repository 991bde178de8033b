import DataLoader from 'dataloader';
import type { Waits } from '../runtime/waits.js';
import { REAL_WAITS } from '../runtime/waits.js';

/** Questions answered at once at most. */
const MAX_BATCH = 256;

/**
 * Lets many callers share one round trip: what is asked in one turn of the event loop, and what is asked while the
 * batch before is under way, is answered together. A lone question waits for nobody, and nothing is remembered.
 * @param answerAll one answer for each question, in their order; a rejection is everybody's.
 */
export function coalesce<Question, Answer>(
  answerAll: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  { nextTurn }: Pick<Waits, 'nextTurn'> = REAL_WAITS,
): (question: Question) => Promise<Answer> {
  let underWay: Promise<unknown> = Promise.resolve();
  const answer = (questions: readonly Question[]): Promise<readonly Answer[]> => {
    const answers = answerAll(questions);
    underWay = answers.catch(() => undefined);
    return answers;
  };
  const loader = new DataLoader<Question, Answer>(answer, {
    cache: false,
    maxBatchSize: MAX_BATCH,
    batchScheduleFn: (begin) => void Promise.all([underWay, nextTurn()]).then(begin),
  });
  return (question) => loader.load(question);
}
