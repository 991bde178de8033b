const practice = {
  name: 'practice',
  version: 1,
  states: ['collecting', 'collecting.open', 'collecting.withdrawn', 'settled'],
  events: ['practice.initialized', 'payment.settled'],
  delays: [],
  effects: ['incident.open'],
};

export const machines = { items: [practice] };

const rule = { delay: null, guard: null, actions: [], refusal: null };

export const machine = {
  ...practice,
  definition: {
    name: 'practice',
    version: '1',
    initial: 'collecting',
    states: [
      {
        path: 'collecting',
        parent: null,
        initial: 'collecting.open',
        description: 'Something is still to be paid.',
        tags: [],
        entry: [],
        exit: [],
        transitions: [{ ...rule, event: 'payment.settled', actions: ['noteSettled'], target: null }],
      },
    ],
    anywhere: [{ ...rule, event: '*', target: null, refusal: 'not expected here' }],
    events: practice.events,
    delays: practice.delays,
    effects: practice.effects,
  },
};

export const counts = { name: 'practice', counts: { 'collecting.open': 12, settled: 340 } };

export const drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><title>practice</title></svg>';
