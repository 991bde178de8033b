import { TestEnvironment } from 'jest-environment-node';

/** Once a claim has failed the mutant is found, and all others are skipped: jest itself stops after files only. */
export default class FirstFailureEnvironment extends TestEnvironment {
  hasFailed = false;

  handleTestEvent(event) {
    if (event.name === 'test_done' && event.test.errors.length > 0) this.hasFailed = true;
    if (event.name === 'test_start' && this.hasFailed) event.test.mode = 'skip';
  }
}
