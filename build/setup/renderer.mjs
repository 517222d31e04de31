/**
 * Last step of set-up: the interface, bundled by Vite into dist/renderer.
 */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { buildWhenChanged } from './bundle.mjs';
import { projectNode } from './packages.mjs';
import { run } from './run.mjs';
import { SetUpError } from './set-up-error.mjs';

/**
 * What the interface is made of: of the engine it imports the contract and what stands beside it, which
 * are the files right in its folder, and no room.
 * @param {string} root
 * @returns {string[]}
 */
export function rendererSources(root) {
  const engine = path.join(root, 'engine');
  const files = existsSync(engine) ? readdirSync(engine) : [];
  const besideContract = files.filter((name) => name.endsWith('.ts')).sort();
  return ['renderer', ...besideContract.map((name) => `engine/${name}`), 'package-lock.json'];
}

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
      sources: rendererSources(root),
      build,
    },
    progress,
  );
}
