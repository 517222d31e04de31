/**
 * Bundles the desktop program into `dist/desktop`, in the layout that it has in a package as well:
 *
 *   package.json         names the entry
 *   code/                the main process, the entries of its helpers, the preload script
 *   renderer/            the interface, as built for all hosts
 *   native-models/       weights, architectures, licences
 *   resources/           the icon
 *
 * Electron runs no TypeScript, and a sandboxed preload script must be one CommonJS file. Packages with
 * native parts stay packages; everything else is bundled.
 */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import { recordPackages } from './bundled-packages.ts';
import { makerOf } from './maker.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
export const desktopFolder = join(root, 'dist', 'desktop');

/** What Electron 45 has inside; see its release notes. */
const node = 'node24';
const chromium = 'chrome156';

/** Packages that are loaded from node_modules when the program runs. */
export const nativePackages = [
  'better-sqlite3',
  'sharp',
  '@janhapke/sharp-electron',
  '@parcel/watcher',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-converter',
  '@tensorflow/tfjs-layers',
  '@tensorflow/tfjs-node',
] as const;

/**
 * Bundles everything anew. The interface must have been built before, into `dist/renderer`.
 * @param folder where to; it is emptied first
 * @returns the folders of the packages of which code is in the bundles
 */
export async function bundleDesktop(folder = desktopFolder): Promise<Set<string>> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const packages = new Set<string>();
  const code = join(folder, 'code');
  await bundle({ main: 'electron/main.ts' }, 'es', node, code, packages);
  await bundle({ preload: 'electron/preload.ts' }, 'cjs', chromium, code, packages);
  await cp(join(root, 'dist/renderer'), join(folder, 'renderer'), { recursive: true });
  await copyModels(folder);
  await cp(join(root, 'resources/icon.png'), join(folder, 'resources/icon.png'));
  await writePackageFile(folder);
  return packages;
}

async function bundle(
  input: Record<string, string>,
  format: 'es' | 'cjs',
  target: string,
  outDir: string,
  packages: Set<string>,
): Promise<void> {
  const extension = format === 'es' ? 'js' : 'cjs';
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    plugins: [...(format === 'es' ? [placesInBundle()] : []), recordPackages(packages)],
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: true,
      target,
      outDir,
      emptyOutDir: false,
      minify: false,
      rolldownOptions: {
        input,
        external: ['electron', ...nativePackages, /^@tensorflow\//, /^node:/],
        output: {
          format,
          entryFileNames: `[name].${extension}`,
          chunkFileNames: `[name]-[hash].${extension}`,
        },
      },
    },
  });
}

/**
 * Keeps `new URL('…', import.meta.url)` true in a bundle. An entry of a helper process becomes an
 * entry of the bundle; a path to anything else is found from `code/`, where all bundled code lies.
 */
function placesInBundle(): Plugin {
  const place = /new URL\(\s*'(\.[^']*)',\s*import\.meta\.url,?\s*\)/g;
  return {
    name: 'places-in-bundle',
    enforce: 'pre',
    transform(code, id) {
      if (!id.startsWith(root) || id.includes('node_modules')) return null;
      return code.replace(place, (_whole, path: string) => {
        const file = resolve(dirname(id), path);
        if (!path.endsWith('.ts')) {
          const fromRoot = relative(root, file).split(sep).join('/');
          return `new URL('../${fromRoot}', import.meta.url)`;
        }
        const name = relative(join(root, 'engine'), file)
          .replace(/\.ts$/, '')
          .replaceAll(/[\\/]/g, '-');
        this.emitFile({ type: 'chunk', id: file, fileName: `${name}.js` });
        return `new URL('./${name}.js', import.meta.url)`;
      });
    },
  };
}

/** Models as they run: not the scripts and examples that made and test them. */
async function copyModels(folder: string): Promise<void> {
  const notNeeded = /(\.py|make\.ts|golden\.json)$/;
  await cp(join(root, 'native-models'), join(folder, 'native-models'), {
    recursive: true,
    filter: (path) => !notNeeded.test(path),
  });
}

/**
 * Electron reads which file to start, and the name and version of the program; installers also who
 * made it, and where it is at home.
 */
async function writePackageFile(folder: string): Promise<void> {
  const project = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  const { name, version, description, license } = project;
  const content = {
    ...{ name, productName: 'Lookalike', version, description, license },
    ...{ type: 'module', main: 'code/main.js' },
    ...makerOf(project),
    // By this name Linux desktops know which windows belong to which entry of their menus.
    desktopName: 'lookalike.desktop',
  };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(content, null, 2)}\n`);
}

if (import.meta.main) await bundleDesktop();
