/**
 * Runs code in a folder of packed code, as a process of its own: modules are found from there, and
 * nothing of the tests' own process is seen.
 */
import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { WorkerStart } from '../../engine/tensorflow/messages.ts';

/**
 * @param app the folder
 * @param code a module that writes JSON to standard output; `require` is there, from the folder
 * @returns what it wrote
 * @throws Error with what it said, when it fails
 */
export async function runIn(app: string, code: string): Promise<unknown> {
  const file = join(app, 'code', `check-${process.hrtime.bigint()}.mjs`);
  writeFileSync(
    file,
    `import { createRequire } from 'node:module';
     const require = createRequire(import.meta.url);
     ${code}`,
  );
  try {
    // No folder of the checkout is searched for modules.
    const env = { ...process.env, NODE_PATH: '' };
    const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: app, env });
    return JSON.parse(stdout) as unknown;
  } finally {
    rmSync(file);
  }
}

/** Code that starts the packed embedding worker, and writes what it tells once it is ready. */
export function startWorker(backend: 'native' | 'wasm', cacheFolder: string): string {
  const start: Omit<WorkerStart, 'modelFolder'> = {
    ...{ head: 'projection', cacheFolder, backend, tuned: null, trunkOf: 0 },
  };
  return `
    import { fileURLToPath } from 'node:url';
    import { Worker } from 'node:worker_threads';
    const workerData = {
      ...${JSON.stringify(start)},
      modelFolder: fileURLToPath(new URL('../native-models/efficientnet-lite0', import.meta.url)),
    };
    const worker = new Worker(new URL('./tensorflow-worker.js', import.meta.url), { workerData });
    worker.once('message', (message) => {
      process.stdout.write(JSON.stringify(message), () => process.exit());
    });`;
}
