/**
 * Which packages went into bundled code, so that their licences can go with it.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A plugin that adds the folder of every package of which code is in the bundle, absolute. */
export function recordPackages(into: Set<string>): Plugin {
  return {
    name: 'record-packages',
    generateBundle(_options, bundle) {
      for (const output of Object.values(bundle)) {
        if (output.type !== 'chunk') continue;
        for (const id of output.moduleIds) {
          const path = id.replaceAll('\\', '/');
          const folder = /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
          if (folder !== undefined) into.add(folder);
        }
      }
    },
  };
}

/** The packages in the interface. It is bundled once more for this, and not written. */
export async function packagesInRenderer(): Promise<Set<string>> {
  const packages = new Set<string>();
  await build({
    configFile: join(root, 'renderer/vite.config.ts'),
    logLevel: 'error',
    plugins: [recordPackages(packages)],
    build: { write: false },
  });
  return packages;
}
