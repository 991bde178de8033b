import { counts, drawing, machine, machines } from '../examples/machines.js';
import type { Routes } from '../operation.js';
import { json, operationOf } from '../operation.js';
import { ref } from '../schema.js';

/** The machines that have a picture: a path each, because no template may hold more than a name between two slashes. */
export const MACHINE_NAMES = ['payment', 'practice'] as const;

const drawingOf = (name: string) =>
  operationOf('get', {
    id: `draw${name.charAt(0).toUpperCase()}${name.slice(1)}Machine`,
    tag: 'machines',
    summary: `Il disegno della macchina ${name}`,
    description: `The machine ${name} as a picture, with the delays of this installation. Each state's group carries its path as data-state.`,
    access: 'everybody',
    answer: {
      status: 200,
      description: 'Un disegno SVG / An SVG.',
      content: { 'image/svg+xml': { schema: { type: 'string', minLength: 1 }, example: drawing } },
    },
    refusals: { 404: 'shared' },
  });

/** What may happen. */
export const machineRoutes: Routes = {
  '/v1/machines': {
    get: operationOf('get', {
      id: 'listMachines',
      tag: 'machines',
      summary: 'Elenca le macchine di questa versione',
      description: 'The machines that this build runs.',
      access: 'everybody',
      answer: { status: 200, description: 'Le macchine / The machines.', content: json(ref('MachineList'), machines) },
    }),
  },
  ...Object.fromEntries(MACHINE_NAMES.map((name) => [`/v1/machines/${name}.svg`, { get: drawingOf(name) }])),
  '/v1/machines/{name}': {
    get: operationOf('get', {
      id: 'readMachine',
      tag: 'machines',
      summary: 'Legge una macchina: stati, transizioni, condizioni, tempi, effetti',
      description: 'A machine: states, transitions, guards, delays, effects, read off its definition.',
      access: 'everybody',
      parameters: ['MachineName'],
      answer: { status: 200, description: 'La macchina / The machine.', content: json(ref('Machine'), machine) },
      refusals: { 404: 'shared' },
    }),
  },
  '/v1/machines/{name}/counts': {
    get: operationOf('get', {
      id: 'countInstances',
      tag: 'machines',
      summary: 'Quante istanze sono in ogni stato',
      description: 'How many instances are in each state.',
      access: 'everybody',
      parameters: ['MachineName'],
      answer: {
        status: 200,
        description: 'Stato e numero di istanze / State path to number of instances.',
        content: json(ref('InstanceCounts'), counts),
      },
      refusals: { 404: 'shared' },
    }),
  },
};
