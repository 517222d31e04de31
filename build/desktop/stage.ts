/**
 * Lays everything that ships into one folder, as it will be in the package: the bundled program, the
 * files of node_modules that it loads on this system, and the licences of it all.
 *
 *   app/        what becomes app.asar, node_modules included
 *   licences/   stays outside of it, where a person can read it
 */
import { constants } from 'node:fs';
import { copyFile, link, mkdir, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleDesktop } from './bundle.ts';
import { packagesInRenderer } from './bundled-packages.ts';
import { writeLicences } from './licences.ts';
import { filesOf, packageOf, partsFor, type Target, type TensorFlow } from './parts.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What was laid out, for the table of sizes: files below `app/`, by what they are for. */
export type Staged = { title: string; files: string[] }[];

/**
 * @param folder is emptied first
 * @param target the system that this runs on
 */
export async function stage(
  folder: string,
  target: Target,
  tensorFlow: TensorFlow,
): Promise<Staged> {
  await rm(folder, { recursive: true, force: true });
  const app = join(folder, 'app');
  const packages = await bundleDesktop(app);
  for (const path of await packagesInRenderer()) packages.add(path);

  const staged: Staged = [];
  const taken = new Set<string>();
  for (const part of partsFor(target, tensorFlow)) {
    // A file that two parts need counts for the first.
    const files = (await filesOf(part)).filter((file) => !taken.has(file));
    for (const file of files) {
      taken.add(file);
      packages.add(join(root, 'node_modules', packageOf(file)));
      await place(join(root, 'node_modules', file), join(app, 'node_modules', file));
    }
    staged.push({ title: part.title, files: files.map((file) => `node_modules/${file}`) });
  }
  await writeLicences(join(folder, 'licences'), packages, libvipsPackage(target), tensorFlow);
  return staged;
}

/**
 * A real file, which takes no room of its own where the disk allows that: libtensorflow is big. It is
 * then the same file as in node_modules, and only to be read.
 */
async function place(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  // Native TensorFlow is linked into node_modules from the user's cache.
  const file = await realpath(from);
  try {
    await link(file, to);
  } catch {
    await copyFile(file, to, constants.COPYFILE_FICLONE);
  }
}

/** The package whose README lists the parts of the libvips that ships, and their licences. */
function libvipsPackage({ platform, arch }: Target): string {
  const name = platform === 'win32' ? 'sharp' : 'sharp-libvips';
  return join(root, 'node_modules/@img', `${name}-${platform}-${arch}`);
}
