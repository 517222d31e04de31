/**
 * The limit on the memory of a process that runs a model of a person's own. TensorFlow computes
 * synchronously and takes memory that V8 knows nothing of, so a thread of its own looks at the whole
 * process.
 */
import { totalmem } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Bytes: enough for the largest model that is taken, and never most of what the machine has. */
export const mostMemory = Math.min(6e9, totalmem() * 0.6);

/** What the process says, on standard error, before it is ended for that. */
export const memoryLine = 'this model takes too much memory';

const everyMs = 50;

const watcher = `
  const { workerData } = require('node:worker_threads');
  setInterval(() => {
    if (process.memoryUsage.rss() < workerData.most) return;
    require('node:fs').writeSync(2, workerData.line + '\\n');
    process.kill(process.pid, 'SIGKILL');
  }, workerData.everyMs);`;

/** Ends this process as soon as it takes more than `most` bytes. */
export function limitMemory(most: number): void {
  new Worker(watcher, { eval: true, workerData: { most, line: memoryLine, everyMs } }).unref();
}
