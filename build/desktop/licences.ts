/**
 * The licences of everything that ships, as files that ship with it: one with the texts of all
 * packages, and one each for what is no package. Electron brings its own and Chromium's.
 */
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { recipe } from '../native-tensorflow/recipe.mjs';
import type { TensorFlow } from './parts.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Of the weights of all networks; it is also the standard text of Apache-2.0. */
const efficientNetLicence = join(root, 'native-models/efficientnet-lite0/LICENSE');
const classesLicence = join(root, 'native-models/efficientnet-lite0/LICENSE-classes');

/** The file with the licences of all packages, by name. */
export const packagesFile = 'packages.txt';

const licenceFile = /^(licen[cs]e|copying|copyright|notice|third[-_ ]?party)/i;
const rule = '-'.repeat(80);

/**
 * Writes the licences into a folder.
 * @param packages folders of packages of which code ships, absolute
 * @param libvips the folder of the package that tells what libvips is built with
 * @throws Error when a package has no licence text and none can be told for it
 */
export async function writeLicences(
  folder: string,
  packages: Iterable<string>,
  libvips: string,
  tensorFlow: TensorFlow,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await cp(join(root, 'LICENSE'), join(folder, 'Lookalike.txt'));
  // libvips and some of its parts are under the LGPL, which wants both texts.
  for (const name of ['LGPL-3.0.txt', 'GPL-3.0.txt'])
    await cp(join(root, 'resources/licences', name), join(folder, name));
  await cp(efficientNetLicence, join(folder, 'EfficientNet-Lite.txt'));
  await cp(classesLicence, join(folder, 'ImageNet-classes.txt'));
  await cp(join(root, 'native-models/faces/LICENSE'), join(folder, 'faces.txt'));
  await cp(join(libvips, 'README.md'), join(folder, 'libvips.txt'));
  if (tensorFlow === 'native') {
    const name = `tensorflow-${recipe.tensorflow}.txt`;
    await cp(join(root, 'resources/licences', name), join(folder, name));
  }

  const texts = new Map<string, string>();
  for (const path of packages) {
    const { title, text } = await licenceOf(path);
    texts.set(title, text);
  }
  const sorted = [...texts].sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = sorted.map(([title, text]) => `${rule}\n${title}\n${rule}\n\n${text}\n`);
  await writeFile(join(folder, packagesFile), parts.join('\n'));
}

async function licenceOf(folder: string): Promise<{ title: string; text: string }> {
  const { name, version, license, author } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  ) as {
    name: string;
    version: string;
    license?: string | { type: string };
    author?: string | { name: string };
  };
  const id = typeof license === 'object' ? license.type : license;
  const title = `${name} ${version} (${id ?? 'licence as below'})`;
  const files = (await readdir(folder)).filter((file) => licenceFile.test(file)).sort();
  if (files.length > 0) {
    const texts = files.map((file) => readFile(join(folder, file), 'utf8'));
    return { title, text: (await Promise.all(texts)).map((text) => text.trim()).join('\n\n') };
  }
  const holder = typeof author === 'object' ? author.name : author;
  const known = (id ?? '').split(' AND ');
  const texts = await Promise.all(known.map((each) => standardText(each, holder, name)));
  return { title, text: texts.join('\n\n') };
}

/** The text of a licence that a package names without bringing it. */
async function standardText(
  id: string,
  holder: string | undefined,
  packageName: string,
): Promise<string> {
  if (id === 'Apache-2.0') {
    return (await readFile(efficientNetLicence, 'utf8')).trim();
  }
  if (id === 'MIT') {
    // The project's own licence is the same, below the line that names the holder.
    const [, terms = ''] = (await readFile(join(root, 'LICENSE'), 'utf8')).split(/^Copyright.*$/m);
    return `MIT License\n\nCopyright (c) ${holder ?? `the authors of ${packageName}`}\n\n${terms.trim()}`;
  }
  throw new Error(`The package ${packageName} brings no text of its licence (${id || 'none'}).`);
}
