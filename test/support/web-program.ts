/** The web program as a person starts it: a process of its own, with a library on disk. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../web/main.ts', import.meta.url));

export interface WebProgram {
  process: ChildProcess;
  /** What it has written so far. */
  output: { stdout: string; stderr: string };
  /** The printed address; rejects with what it wrote when it ends before printing one. */
  address: Promise<URL>;
  /** Its exit code, when it has ended. */
  ended: Promise<number | null>;
}

/** Starts `lookalike serve` with these arguments. No browser is opened. */
export function startWebProgram(...args: string[]): WebProgram {
  return startWebProgramIn(process.env, ['--no-open', ...args]);
}

/** Starts `lookalike serve` with these arguments and environment, as it is. */
export function startWebProgramIn(env: NodeJS.ProcessEnv, args: readonly string[]): WebProgram {
  // A group of its own, as a terminal would make it: Ctrl+C reaches the program and its children.
  const child = spawn(process.execPath, [main, ...args], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const address = new Promise<URL>((resolve, reject) => {
    child.stdout.on('data', (part: Buffer) => {
      output.stdout += part.toString();
      const line = /http:\S+(?=\s)/.exec(output.stdout);
      if (line) resolve(new URL(line[0]));
    });
    child.stderr.on('data', (part: Buffer) => (output.stderr += part.toString()));
    void ended.then(() => {
      reject(new Error(`it ended: ${output.stderr}`));
    });
  });
  // Programs that are to end with an error have no address, and nobody waits for it.
  address.catch(() => undefined);
  return { process: child, output, address, ended };
}

/** Sends a signal to the program and all that it started, as a terminal does. */
export function signalGroup(program: WebProgram, signal: NodeJS.Signals): void {
  if (program.process.pid === undefined) throw new Error('it never started');
  process.kill(-program.process.pid, signal);
}
