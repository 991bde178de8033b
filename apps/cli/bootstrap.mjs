/**
 * The entry of every npm script, in plain Node without a dependency, since nothing may be installed yet:
 *
 *   node apps/cli/bootstrap.mjs <command> [arguments], where the command is one of COMMANDS
 *
 * Installs what is missing, builds what is stale, then runs the command in this same process: its module in
 * dist/apps/cli exports `main(arguments)`, whose answer is the exit code.
 */

const COMMANDS = [
  'start',
  'demo',
  'test',
  'migrate',
  'keys',
  'audit',
  'retention',
  'erase',
  'diagrams',
  'bench',
  'simulate',
  'client',
];
const LEAST_NODE = [20, 19];

const [command, ...args] = process.argv.slice(2);
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1])) {
  console.error(
    `PORTOS Payments needs Node ${LEAST_NODE.join('.')} or later, and this is Node ${process.versions.node}.`,
  );
  process.exit(2);
}
if (!COMMANDS.includes(command)) {
  console.error(`usage: node apps/cli/bootstrap.mjs <${COMMANDS.join('|')}> [arguments]`);
  process.exit(2);
}

// Only now: older versions of Node cannot even read what these files import.
const { prepare } = await import('./bootstrap/prepare.mjs');
try {
  await prepare();
  if (command === 'test') {
    const { runChecks } = await import('./bootstrap/checks.mjs');
    process.exit(await runChecks(args));
  }
  const { main } = await import(new URL(`../../dist/apps/cli/${command}.js`, import.meta.url));
  process.exit(await main(args));
} catch (error) {
  console.error(error.isExplained ? error.message : error);
  process.exit(1);
}
