/** What the specs of the machines need of the engine: its core. The rest would be loaded anew for each mutant. */
export * from '../../libs/engine/core/event.js';
export * from '../../libs/engine/core/effect.js';
export * from '../../libs/engine/core/decision.js';
export * from '../../libs/engine/core/errors.js';
export * from '../../libs/engine/core/retry.js';
export * from '../../libs/engine/core/describe.js';
export * from '../../libs/engine/core/advance.js';
