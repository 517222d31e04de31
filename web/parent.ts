/**
 * Notices that the program above this one is gone. Whoever ends properly hands on the signal that it
 * got; one that was killed cannot, and this server would go on with nobody knowing of it.
 */

/** Milliseconds between two looks. */
const LOOK_EVERY = 1_000;

const parent = process.ppid;

/** Calls `end` once, when the process that started this one has ended. */
export function whenParentEnds(end: () => void): void {
  const looking = setInterval(() => {
    if (isThere()) return;
    clearInterval(looking);
    end();
  }, LOOK_EVERY);
  looking.unref();
}

/** Where a process without a parent gets another one, its number has changed; Windows keeps it. */
function isThere(): boolean {
  if (process.ppid !== parent) return false;
  try {
    process.kill(parent, 0);
    return true;
  } catch {
    return false;
  }
}
