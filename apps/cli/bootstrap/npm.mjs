import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** Runs npm as the npm that started us; the same Node, whatever the PATH says. */
export function npm(root, args, environment = process.env) {
  const script = process.env.npm_execpath;
  return script === undefined
    ? run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, root, environment)
    : run(process.execPath, [script, ...args], root, environment);
}

/** Runs a program to its end and keeps what it says. */
function run(program, args, cwd, env) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: program.endsWith('.cmd'),
      windowsHide: true,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', (error) => resolve({ ok: false, output: `${output}${error.message}\n` }));
    child.once('close', (code) => resolve({ ok: code === 0, output }));
  });
}

/** A failure whose message says all there is to say. */
export function explained(message) {
  return Object.assign(new Error(message), { isExplained: true });
}

export const seconds = (startedAt) => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
