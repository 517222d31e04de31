/** Runs the real program as a child process, as a shell does. */
import { spawn, type ChildProcess } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** Told of the process as soon as it is there. */
  onStart?: (child: ChildProcess) => void;
}

/** The process is the leader of a group of its own, so that a test can press Ctrl-C as a terminal does. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: options.cwd,
    env: { ...process.env, NO_COLOR: '1', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', resolve);
  });
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
  // A test may close an end on purpose.
  stdout.catch(() => undefined);
  options.onStart?.(child);
  return { code: await ended, stdout: await stdout.catch(() => ''), stderr: await stderr };
}
