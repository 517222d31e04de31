/**
 * `npm run package`: the desktop program as packages for the system that this runs on, in
 * `dist/packages`. What it needs of the project is installed and built by then (`npm run setup`).
 *
 *   --dir                    only the folder that would be in the packages
 *   --electron-dist FOLDER   an Electron that is here already; else it is downloaded
 *   --no-native-tensorflow   leaves libtensorflow out, which is most of the size
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'electron-builder';
import { installers } from './installers.ts';
import { whyNoDeb } from './maker.ts';
import { builtTensorFlow, type Target, type TensorFlow } from './parts.ts';
import { sizesOf, table, type Size } from './sizes.ts';
import { stage } from './stage.ts';

import electron from 'electron/package.json' with { type: 'json' };
import project from '../../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface PackOptions {
  /** Where everything is made; what was there before is removed. */
  folder: string;
  /** Stop at the folder that would be in the packages. */
  onlyFolder: boolean;
  /** A folder with Electron for this system, or null to download it. */
  electronDist: string | null;
  tensorFlow: TensorFlow;
}

export interface Packed {
  /** The folder of the program as it will be installed. */
  program: string;
  /** In it: Electron's `resources`, where app.asar is. */
  resources: string;
  /** The packages: none with `onlyFolder`. */
  packages: string[];
  sizes: Size[];
}

/**
 * Packs the desktop program for this system.
 * @throws Error in words for a person when something it needs is missing
 */
export async function packDesktop(options: PackOptions): Promise<Packed> {
  const { folder, onlyFolder, electronDist, tensorFlow } = options;
  if (electronDist !== null) checkElectron(electronDist);
  const target: Target = { platform: process.platform, arch: process.arch };
  const staged = join(folder, 'staged');
  const output = join(folder, 'packages');
  await rm(output, { recursive: true, force: true });
  const parts = await stage(staged, target, tensorFlow);

  const places: { program: string; resources: string }[] = [];
  const config = installers({ staged, output, electronDist, deb: whyNoDeb(project) === null });
  let packages: string[];
  try {
    packages = await build({
      projectDir: root,
      ...(onlyFolder ? { dir: true } : {}),
      config: {
        ...config,
        afterPack: ({ packager, appOutDir }) => {
          places.push({ program: appOutDir, resources: packager.getResourcesDir(appOutDir) });
        },
      },
    });
  } catch (error) {
    throw explained(error, target, electronDist);
  }
  const [place] = places;
  if (place === undefined) throw new Error('electron-builder packed nothing.');
  return {
    ...place,
    packages: packages.filter((file) => existsSync(file)),
    sizes: await sizesOf(place.program, staged, parts),
  };
}

/** @throws Error when the folder holds no Electron, or one that the program was not made for */
function checkElectron(folder: string): void {
  let found: string;
  try {
    found = readFileSync(join(folder, 'version'), 'utf8').trim().replace(/^v/, '');
  } catch (cause) {
    throw new Error(
      `There is no Electron in ${folder}. Name the folder that its program and its file “version” are in.`,
      { cause },
    );
  }
  if (found !== electron.version)
    throw new Error(
      `In ${folder} is Electron ${found}, and Lookalike is made for ${electron.version}. Unpack that one, or leave --electron-dist out to have it downloaded.`,
    );
}

/** Says in plain words when electron-builder failed because a download did. */
function explained(
  error: unknown,
  { platform, arch }: Target,
  electronDist: string | null,
): unknown {
  const text = error instanceof Error ? `${error.name} ${error.message}` : String(error);
  if (
    !/HTTPError|ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|ENETUNREACH|fetch failed|download/i.test(text)
  )
    return error;
  const [what, way] =
    electronDist === null
      ? [
          `Electron ${electron.version} for ${platform}-${arch}, or a tool that makes the packages,`,
          '; or unpack Electron into a folder and name it: npm run package -- --electron-dist FOLDER',
        ]
      : ['A tool that makes the packages', ''];
  const why = (error instanceof Error ? error.message : text).split('\n')[0] ?? '';
  return new Error(
    `${what} could not be downloaded (${why}). Check that this computer is online, then try again${way}.`,
    { cause: error },
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      dir: { type: 'boolean', default: false },
      'electron-dist': { type: 'string' },
      'native-tensorflow': { type: 'boolean', default: true },
    },
    allowNegative: true,
  });
  const given = values['electron-dist'];
  const { program, packages, sizes } = await packDesktop({
    folder: join(root, 'dist'),
    onlyFolder: values.dir,
    electronDist: given === undefined ? null : resolve(process.env['INIT_CWD'] ?? '.', given),
    tensorFlow: values['native-tensorflow'] ? builtTensorFlow() : 'wasm',
  });
  console.log(`\n${program}\n${table(sizes)}`);
  const files = packages.filter((file) => !file.endsWith('.blockmap'));
  if (files.length > 0)
    console.log(
      `\n${join(root, 'dist/packages')}\n${table(files.map((file) => ({ title: basename(file), bytes: statSync(file).size })))}`,
    );
  const noDeb = process.platform === 'linux' && !values.dir ? whyNoDeb(project) : null;
  if (noDeb !== null) console.error(`\n${noDeb}`);
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
