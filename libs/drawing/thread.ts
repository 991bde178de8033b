import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { ElkNode } from 'elkjs/lib/elk.bundled.js';

/** Written here as text, and not as a file of its own, so that it runs from the sources as it does from the build. */
const IN_THE_THREAD = `
  const { parentPort, workerData } = require('node:worker_threads');
  const Elk = require(workerData.elk);
  new Elk().layout(workerData.graph).then((drawn) => parentPort.postMessage(drawn));
`;

/**
 * Runs the layout in a thread of its own, once. A large machine takes it a second or more of pure computing, and the
 * API must not keep a payer waiting for a developer's drawing.
 */
export function runLayout(graph: ElkNode): Promise<ElkNode> {
  const elk = createRequire(import.meta.url).resolve('elkjs/lib/elk.bundled.js');
  return new Promise((resolve, reject) => {
    const thread = new Worker(IN_THE_THREAD, { eval: true, workerData: { elk, graph } });
    thread.once('message', resolve);
    thread.once('error', (cause) => reject(new Error('the drawing could not be laid out', { cause })));
    thread.once('exit', () => reject(new Error('the layout of the drawing ended without an answer')));
  });
}
