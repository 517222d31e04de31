/** Starts programs for tests, and ends them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Program extends AsyncDisposable {
  /** The next line of its standard output, or null when it has ended. */
  line(): Promise<string | null>;
  /** Ends it as `kill -9` does, and waits until it has ended. */
  kill(): Promise<void>;
  /** Its exit code when it has ended by itself, null when it was killed. */
  ended: Promise<number | null>;
}

/** Starts `library-process.ts` with these arguments. */
export function libraryProcess(...args: string[]): Program {
  const entry = fileURLToPath(new URL('./library-process.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [entry, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (!child.stdout) throw new Error('the standard output of a started program is missing');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  return {
    line: async () => {
      const { value, done } = await lines.next();
      return done === true ? null : value;
    },
    kill,
    ended,
    [Symbol.asyncDispose]: kill,
  };
}
