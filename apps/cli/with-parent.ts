/**
 * Loaded by `node --import` before each program of `npm start`: when the supervisor was killed and can stop nobody any
 * more, its channel closes and the program stops itself, instead of holding its port for ever.
 */
process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
});
// The channel alone is no reason to stay alive.
process.channel?.unref();

export {};
