const DEADLINE_MS = 8_000;

/**
 * Looks until something is so that must come about: for what happens in a loop or a process of its own, which gives a
 * test no other signal. It never waits longer than it has to, and fails after a deadline.
 */
export async function untilTrue(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`not so within ${DEADLINE_MS} ms: ${String(isTrue)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
