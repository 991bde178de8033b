/**
 * Loaded by `node --import` before a program under test, so that it dies, or freezes, at one named point. It patches
 * the edges of the process (PostgreSQL's client and `fetch`); no code of ours knows of it.
 *
 *   FAIL_POINT   commit.before   all of an intake transaction was sent but its COMMIT
 *                commit.after    the COMMIT's answer has arrived, and nothing else has happened
 *                settle.before, settle.after   the same, of a transaction that also ends or puts off an effect
 *                iris.before     a message to IRIS is about to leave
 *                iris.after      IRIS's answer has arrived
 *   FAIL_AT      at which passage through that point
 *   FAIL_LOG     a file that is told when and where, before it happens
 *   FAIL_SIGNAL  what the process sends itself; SIGSTOP freezes it, by default it is killed
 *   FAIL_WITH    who dies in the same instant: `<pid>:<signal>,…`
 */
import { appendFileSync } from 'node:fs';
import { setImmediate } from 'node:timers';
import pg from 'pg';

const { FAIL_POINT, FAIL_AT, FAIL_LOG, FAIL_SIGNAL = 'SIGKILL', FAIL_WITH = '' } = process.env;
let passages = 0;
const IRIS = /\/(?:IdpAllineamentoPendenzeEnteOTF|IdpVerificaStatoPagamenti)$/;

if (FAIL_POINT !== undefined) {
  patchPostgres();
  patchFetch();
}

/** Counts a passage; true when it is the fatal one. */
function isFatal(...points) {
  if (!points.includes(FAIL_POINT)) return false;
  passages += 1;
  return passages === Number(FAIL_AT);
}

function fail() {
  appendFileSync(FAIL_LOG, `${Date.now()} ${FAIL_POINT}\n`);
  for (const victim of FAIL_WITH.split(',').filter(Boolean)) {
    const [pid, signal] = victim.split(':');
    process.kill(Number(pid), signal);
  }
  process.kill(process.pid, FAIL_SIGNAL);
}

function patchPostgres() {
  const { query } = pg.Client.prototype;
  /** The names of the statements that each connection's transaction has sent. */
  const sent = new WeakMap();
  pg.Client.prototype.query = function (config, ...rest) {
    const text = config?.text ?? config;
    if (typeof text === 'string' && text.startsWith('begin')) sent.set(this, new Set());
    else if (config?.name !== undefined) sent.get(this)?.add(config.name);
    const names = sent.get(this);
    return text === 'commit' && (names?.has('engine.lock') || names?.has('engine.lock-waiting'))
      ? commit(() => query.call(this, config, ...rest), names)
      : query.call(this, config, ...rest);
  };
}

/** @param names of the statements sent before it in the transaction */
function commit(send, names) {
  const isSettling = names.has('engine.remove') || names.has('engine.reschedule');
  const kinds = isSettling ? ['commit', 'settle'] : ['commit'];
  if (isFatal(...kinds.map((kind) => `${kind}.before`))) return afterWriting(send);
  return send().then((answer) => {
    // A commit behind a statement that failed is answered by ROLLBACK.
    if (answer.command === 'COMMIT' && isFatal(...kinds.map((kind) => `${kind}.after`))) fail();
    return answer;
  });
}

/** What was sent before leaves the process at the end of this turn. */
async function afterWriting(send) {
  await new Promise((resolve) => setImmediate(resolve));
  fail();
  return send();
}

function patchFetch() {
  const { fetch } = globalThis;
  globalThis.fetch = async (address, options) => {
    const isIris = IRIS.test(String(address));
    if (isIris && isFatal('iris.before')) fail();
    const answer = await fetch(address, options);
    if (isIris && isFatal('iris.after')) fail();
    return answer;
  };
}
