/**
 * Bundles the desktop program for Electron 9: the project's own main process, preload script and
 * interface, down to what Chromium 83 and Node 12 understand. What is put in the place of something
 * else is listed here, all of it: 'electron' (the real one, with later members added), the library
 * (a Node of today, as the engine's native packages need one) and electron-store.
 */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';

const here = import.meta.dirname;
const root = fileURLToPath(new URL('../../../', import.meta.url));

/** @param folder where to; an empty one */
export async function bundleForOldElectron(folder: string): Promise<void> {
  const code = join(folder, 'code');
  await bundle('main', join(here, 'main.ts'), 'electron.ts', 'chrome83', code);
  await bundle('preload', join(root, 'electron/preload.ts'), 'preload.ts', 'chrome83', code);
  await bundleRenderer(join(folder, 'renderer'));
  await mkdir(join(folder, 'resources'));
  await cp(join(root, 'resources/icon.png'), join(folder, 'resources/icon.png'));
  const content = { name: 'lookalike', productName: 'Lookalike', version: '0', main: 'code/main' };
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ ...content, main: 'code/main.cjs' }),
  );
}

async function bundle(
  name: string,
  entry: string,
  electron: string,
  target: string,
  outDir: string,
): Promise<void> {
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    plugins: [replace(join(here, electron))],
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: true,
      ...{ target, outDir, emptyOutDir: false, minify: false },
      rolldownOptions: {
        input: { [name]: entry },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  });
}

/** Files of ours that stand in the place of others; they themselves get the real 'electron'. */
function replace(electron: string): Plugin {
  return {
    name: 'replace',
    enforce: 'pre',
    resolveId: {
      order: 'pre',
      handler(source, importer = '') {
        if (source === 'electron')
          return dirname(importer) === here ? { id: source, external: true } : electron;
        if (source === 'electron-store') return join(here, 'store.ts');
        if (source.endsWith('engine/library.ts')) return join(here, 'library.ts');
        if (source === 'node:fs/promises') return join(here, 'fs-promises.ts');
        // Node 12 knows its modules by their bare names only.
        const [, module] = /^node:(.+)$/.exec(source) ?? [];
        return module === undefined ? null : { id: module, external: true };
      },
    },
  };
}

async function bundleRenderer(outDir: string): Promise<void> {
  const main = join(root, 'renderer/main.ts');
  await build({
    configFile: join(root, 'renderer/vite.config.ts'),
    logLevel: 'warn',
    plugins: [
      {
        name: 'later-language',
        transform: (code, id) =>
          id === main ? `import ${JSON.stringify(join(here, 'language.ts'))};\n${code}` : null,
      },
    ],
    build: { target: 'chrome83', outDir, emptyOutDir: false },
  });
}
