export { practiceMachine } from './practice.machine.js';
export type { PracticeContext } from './practice.machine.js';
export * from './practice.messages.js';
