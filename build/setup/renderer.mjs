/**
 * Last step of set-up: the interface, bundled by Vite into dist/renderer.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildWhenChanged } from './bundle.mjs';
import { projectNode } from './packages.mjs';
import { run } from './run.mjs';
import { SetUpError } from './set-up-error.mjs';

/** What the interface is made of. */
export const rendererSources = [
  'renderer',
  'engine/contract.ts',
  'engine/training-limits.ts',
  'engine/default-method.ts',
  'engine/errors.ts',
  'package-lock.json',
];

/**
 * Bundles the interface if it has changed since the last time.
 * @param {string} root
 * @param {ReturnType<typeof import('./progress.mjs').createProgress>} progress
 * @throws {SetUpError} when Vite fails
 */
export async function buildRenderer(root, progress) {
  if (!existsSync(path.join(root, 'renderer', 'vite.config.ts'))) return;
  const build = async () => {
    const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    const { ok, output } = await run(projectNode(root), [vite, 'build', 'renderer'], { cwd: root });
    if (!ok) throw new SetUpError(`The interface could not be built. Vite said:\n${output}`);
  };
  await buildWhenChanged(
    root,
    {
      title: 'Building the interface',
      name: 'renderer',
      main: 'index.html',
      sources: rendererSources,
      build,
    },
    progress,
  );
}
