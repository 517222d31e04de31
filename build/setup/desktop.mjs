/**
 * The desktop program, bundled into dist/desktop. Only who opens it in Electron needs this step.
 */
import path from 'node:path';
import { buildWhenChanged } from './bundle.mjs';
import { projectNode } from './packages.mjs';
import { rendererSources } from './renderer.mjs';
import { run } from './run.mjs';
import { SetUpError } from './set-up-error.mjs';

/**
 * Bundles the desktop program if it has changed since the last time. The interface must have been
 * built before.
 * @param {string} root
 * @param {ReturnType<typeof import('./progress.mjs').createProgress>} progress
 * @throws {SetUpError} when it cannot be bundled
 */
export async function buildDesktop(root, progress) {
  const build = async () => {
    const script = path.join(root, 'build', 'desktop', 'bundle.ts');
    const { ok, output } = await run(projectNode(root), [script], { cwd: root });
    if (!ok) throw new SetUpError(`The desktop app could not be built. It said:\n${output}`);
  };
  await buildWhenChanged(
    root,
    {
      title: 'Building the desktop app',
      name: 'desktop',
      main: 'package.json',
      sources: [
        ...rendererSources(root),
        'electron',
        'engine',
        'native-models',
        'resources',
        'build/desktop',
        'package.json',
      ],
      build,
    },
    progress,
  );
}
