/**
 * Peers that run in Python, each script in a process of its own, at their best: variables that tune
 * BLAS for other purposes, or the program's memory, are not passed on. A script answers lines of JSON with lines of JSON.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../cache.ts';

export const peersFolder = join(cacheFolder, 'peers');
export const peersPython = join(
  peersFolder,
  ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']),
);

/** Said in the place of figures where there are no peers. */
export const withoutPeers = 'Peers are left out: npm run bench:peers installs them.';

const tunedForOthers = [
  'OPENBLAS_CORETYPE',
  'OPENBLAS_L2_SIZE',
  'OPENBLAS_NUM_THREADS',
  'MALLOC_ARENA_MAX',
];

export class Peer {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  /** Starts a script of this folder, or gives nothing where the peers are not installed. */
  static start(script: string, args: string[]): Peer | undefined {
    return existsSync(peersPython) ? new Peer(script, args) : undefined;
  }

  private constructor(script: string, args: string[]) {
    const environment = { ...process.env };
    for (const name of tunedForOthers) Reflect.deleteProperty(environment, name);
    const path = fileURLToPath(new URL(script, import.meta.url));
    this.#child = spawn(peersPython, [path, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: environment,
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** The next line that the script says. */
  async said<Answer>(): Promise<Answer> {
    const line = await this.#lines.next();
    if (line.done === true) throw new Error('a peer ended early; what it said is above');
    return JSON.parse(line.value) as Answer;
  }

  async ask<Answer>(question: unknown): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    return this.said<Answer>();
  }

  close(): void {
    this.#child.kill();
  }
}
