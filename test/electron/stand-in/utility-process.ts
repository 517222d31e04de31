/**
 * Electron's `utilityProcess` on child processes of Node. What runs in one finds `process.parentPort`;
 * see `register-helper.ts`.
 */
import { fork as forkNode, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ForkOptions, UtilityProcess } from 'electron';
import { stuckFile, stuckVariable, systemFolder } from './place.ts';
import { declares, type Declares, strict, type Part } from './strict.ts';

interface Events {
  spawn: [];
  message: [message: unknown];
  exit: [code: number];
}
declares<Declares<UtilityProcess['on'], Events>>(true);

const registerHelper = new URL('./register-helper.ts', import.meta.url).href;
const helpers = new Map<ChildProcess, string>();

class StandInUtilityProcess
  extends EventEmitter<Events>
  implements Part<UtilityProcess, 'postMessage' | 'kill'>
{
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    super();
    this.#child = child;
    child.on('spawn', () => this.emit('spawn'));
    child.on('message', (message) => this.emit('message', message));
    // What it wrote last is read before anybody hears that it is gone.
    child.on('close', (code) => {
      helpers.delete(child);
      this.emit('exit', code ?? 1);
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get stdout(): Readable | null {
    return this.#child.stdout;
  }

  get stderr(): Readable | null {
    return this.#child.stderr;
  }

  postMessage(message: unknown): void {
    // Electron says nothing either when the process is gone.
    if (this.#child.connected) this.#child.send(message as object, () => undefined);
  }

  kill(): boolean {
    return this.#child.kill('SIGTERM');
  }
}

export const utilityProcess = strict('utilityProcess', {
  fork: (modulePath: string, args: string[] = [], options: ForkOptions = {}) => {
    if (options.stdio !== 'pipe')
      throw new Error('The stand-in of Electron has utility processes with stdio: pipe only.');
    const child = forkNode(modulePath, args, {
      env: { ...process.env, [stuckVariable]: isStuck(modulePath) ? 'yes' : '' },
      execArgv: ['--import', registerHelper],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    helpers.set(child, modulePath);
    return strict('UtilityProcess', new StandInUtilityProcess(child));
  },
});

/** Whether the test wants this helper to hang before it is ready. */
function isStuck(modulePath: string): boolean {
  const file = join(systemFolder('helpers'), stuckFile);
  return existsSync(file) && modulePath.includes(readFileSync(file, 'utf8'));
}

/** The helpers that run: what each runs, and its process. */
export function runningHelpers(): { entry: string; pid: number }[] {
  return [...helpers].flatMap(([{ pid }, entry]) => (pid === undefined ? [] : [{ entry, pid }]));
}

/** They end with the program. */
export function endHelpers(): void {
  for (const child of helpers.keys()) child.kill('SIGKILL');
}
