/**
 * Who is the first instance of the program, between real processes: whoever makes the lock file in the
 * folder of user data. A later one leaves what it was started with in a folder beside it, which the
 * first one watches. Files, because a second instance must know at once, without waiting.
 */
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

export interface Start {
  argv: string[];
  workingFolder: string;
  data: unknown;
}

/**
 * @param onStart is told of later starts, when this is the first
 * @returns whether this is the first
 */
export function beFirst(folder: string, start: Start, onStart: (start: Start) => void): boolean {
  const lock = join(folder, 'first-instance');
  const starts = join(folder, 'later-starts');
  mkdirSync(starts, { recursive: true });
  if (!takeLock(lock)) {
    const unfinished = join(folder, `start-${process.pid}`);
    writeFileSync(unfinished, JSON.stringify(start));
    renameSync(unfinished, join(starts, `${process.pid}.json`));
    return false;
  }
  const watcher = watch(starts, () => {
    for (const name of readdirSync(starts)) {
      const file = join(starts, name);
      const told = JSON.parse(readFileSync(file, 'utf8')) as Start;
      rmSync(file);
      onStart(told);
    }
  });
  process.once('exit', () => {
    watcher.close();
    rmSync(lock, { force: true });
  });
  return true;
}

function takeLock(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (isAlive(Number(readFileSync(lock, 'utf8')))) return false;
    // Its owner was killed.
    writeFileSync(lock, String(process.pid));
    return true;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
