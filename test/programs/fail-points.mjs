/**
 * Loaded by `node --import` before a program under test, so that it can be made to die, or freeze, at one named point.
 * It patches the edges of the process (PostgreSQL's client and `fetch`); no code of ours knows of it.
 *
 *   FAIL_ARMING  a file that is looked for at each passage through a point. While it is there the program is armed:
 *                  point   where it fails
 *                  at      at which passage through that point, since it is armed
 *                  signal  what the process sends itself: SIGKILL, or SIGSTOP to freeze
 *                  others  who dies in the same instant: [pid, signal] each
 *                The program removes it when it fails, so it fails once.
 *   FAIL_LOG     a file that is told when, before it happens
 *
 *   commit.before   all of an intake transaction was sent but its COMMIT
 *   commit.after    the COMMIT's answer has arrived, and nothing else has happened
 *   settle.before, settle.after   the same, of a transaction that also ends or puts off an effect
 *   iris.before     a message to IRIS is about to leave
 *   iris.after      IRIS's answer has arrived
 */
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { setImmediate } from 'node:timers';
import pg from 'pg';

const { FAIL_ARMING, FAIL_LOG } = process.env;
const IRIS = /\/(?:IdpAllineamentoPendenzeEnteOTF|IdpVerificaStatoPagamenti)$/;
let armedWith = null;
let passages = 0;

patchPostgres();
patchFetch();

/** What it is armed with now, null when it is not. */
function arming() {
  const text = textOfArming();
  if (text !== armedWith) passages = 0;
  armedWith = text;
  return text === null ? null : JSON.parse(text);
}

function textOfArming() {
  if (!existsSync(FAIL_ARMING)) return null; // nearly always, and a file that is missing costs less to look for than to read
  try {
    return readFileSync(FAIL_ARMING, 'utf8');
  } catch {
    return null;
  }
}

/** Counts a passage; true when it is the fatal one. */
function isFatal(...points) {
  const armed = arming();
  if (!points.includes(armed?.point)) return false;
  passages += 1;
  return passages === armed.at;
}

function fail() {
  const { signal, others } = arming();
  rmSync(FAIL_ARMING);
  appendFileSync(FAIL_LOG, `${Date.now()}\n`);
  for (const [pid, its] of others) process.kill(pid, its);
  process.kill(process.pid, signal);
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
