import { describe, expect, it } from '@jest/globals';
import * as errors from './errors.js';

describe('an error of the engine', () => {
  it('bears its own name, which rows and logs keep', () => {
    const named = Object.entries(errors).map(([name, Kind]) => [name, new (Kind as new () => Error)().name]);
    expect(named.filter(([exported, name]) => exported !== name)).toEqual([]);
  });

  it.each([
    [new errors.InstanceNotFound('pay_1'), 'no instance pay_1'],
    [new errors.UnknownMachine('parcel', 3), 'machine parcel version 3 is not registered'],
    [new errors.UnknownMachine('parcel', null), 'machine parcel is not registered'],
    [new errors.IntakeClosed(), 'the intake is closed: this process is stopping'],
    [
      new errors.MachineChanged('parcel', 3),
      'machine parcel version 3 is not the one this database was used with: ' +
        'publish a new version, or start with --fresh on a development database',
    ],
  ])('says what it is about: %s', (error, words) => {
    expect(error.message).toBe(words);
  });
});
