/**
 * The files of a model in a folder, before anything of them is loaded: which format it is, which files
 * belong to it, and that none of them leads out of the folder.
 */
import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { LookalikeError, messageOf, systemCode } from '../errors.ts';
import type { ModelFormat } from '../model-values.ts';
import { checkedWeights, parseModelFile, type ModelFile, type Weights } from './model-file.ts';

/** Bytes that a model may have: VGG16, the largest that is usual, has 1.1 GB as Keras 3 exports it. */
export const largestModel = 1_500_000_000;
/** Bytes of the text that describes a network. */
const largestText = 100_000_000;

export interface ListedFile {
  /** Below the folder, with `/`. */
  path: string;
  bytes: number;
}

/** A model in a folder. The first of its files describes it; the others are weights. */
export type FoundModel = {
  folder: string;
  files: ListedFile[];
  bytes: number;
} & (
  | { format: Exclude<ModelFormat, 'saved-model'>; file: ModelFile; weights: Weights }
  | { format: 'saved-model' }
);

const graphFile = 'saved_model.pb';

/**
 * Finds the model in a folder.
 *
 * @param folder absolute
 * @throws LookalikeError `model-unknown-format` when there is none, `model-damaged` when files are
 *   missing or have another size than they should, `model-unsafe` when one lies outside the folder,
 *   `model-unsuitable` when it is too large, `folder-…`
 */
export async function findModel(folder: string): Promise<FoundModel> {
  const names = await namesIn(folder);
  if (names.includes(graphFile)) return savedModel(folder);
  for (const name of jsonFiles(names)) {
    const { bytes } = await listed(folder, name);
    // Other JSON files of that size are not for us to judge.
    if (bytes > largestText) {
      if (name === 'model.json') throw tooLarge(bytes);
      continue;
    }
    const file = parseModelFile(await read(folder, name), name);
    if (file === null) continue;
    const weights = checkedWeights(file);
    const files = [{ path: name, bytes }];
    for (const path of weights.paths) files.push(await listed(folder, path));
    const bytesThere = files.slice(1).reduce((sum, each) => sum + each.bytes, 0);
    if (bytesThere !== weights.bytes)
      throw new LookalikeError(
        'model-damaged',
        `The files of the weights have ${bytesThere} bytes in all, but ${name} describes ` +
          `${weights.bytes}. Copy or export the model again.`,
      );
    return { ...whole(folder, files), format: file.format, file, weights };
  }
  throw await unknownFormat(folder, names);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    throw new LookalikeError('folder-access', `${folder} cannot be read (${messageOf(cause)}).`, {
      cause,
    });
  }
}

/** `model.json`, as exports are called, before others. */
function jsonFiles(names: string[]): string[] {
  const rank = (name: string): number => (name === 'model.json' ? 0 : 1);
  return names.filter((name) => name.endsWith('.json')).sort((a, b) => rank(a) - rank(b));
}

async function savedModel(folder: string): Promise<FoundModel> {
  const files = [await listed(folder, graphFile)];
  const variables = join(folder, 'variables');
  const names = await readdir(variables).catch((error: unknown): string[] => {
    // A graph whose weights are constants has no such folder.
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  });
  for (const name of names.sort())
    if (/^variables\.(index|data-\d+-of-\d+)$/.test(name))
      files.push(await listed(folder, `variables/${name}`));
  const shards = files.filter(({ path }) => path.includes('.data-')).length;
  const promised = Number(/-of-(\d+)$/.exec(files.at(-1)?.path ?? '')?.[1] ?? shards);
  const hasIndex = files.some(({ path }) => path.endsWith('.index'));
  if (shards !== promised || hasIndex !== shards > 0)
    throw new LookalikeError(
      'model-damaged',
      'The folder “variables” of this SavedModel is not complete. Copy or export the model again.',
    );
  return { ...whole(folder, files), format: 'saved-model' };
}

function whole(
  folder: string,
  files: ListedFile[],
): { folder: string; files: ListedFile[]; bytes: number } {
  const bytes = files.reduce((sum, each) => sum + each.bytes, 0);
  if (bytes > largestModel) throw tooLarge(bytes);
  return { folder, files, bytes };
}

function tooLarge(bytes: number): LookalikeError {
  return new LookalikeError(
    'model-unsuitable',
    `This model has ${Math.round(bytes / 1e6)} MB. Lookalike takes models of at most ` +
      `${largestModel / 1e6} MB: choose a smaller one.`,
  );
}

/** @throws LookalikeError `model-damaged`, `model-unsafe` */
async function listed(folder: string, path: string): Promise<ListedFile> {
  let real: string;
  let bytes: number;
  try {
    real = await realpath(join(folder, path));
    const facts = await lstat(real);
    if (!facts.isFile()) throw new Error('it is not a file');
    bytes = facts.size;
  } catch (cause) {
    throw new LookalikeError(
      'model-damaged',
      systemCode(cause) === 'ENOENT'
        ? `The file ${path} of this model is missing. Copy or export the model again.`
        : `The file ${path} of this model cannot be read (${messageOf(cause)}).`,
      { cause },
    );
  }
  const below = relative(await realpath(folder), real);
  if (isAbsolute(below) || below === '..' || below.startsWith(`..${sep}`))
    throw new LookalikeError(
      'model-unsafe',
      `The file ${path} of this model is a link to a place outside of its folder. ` +
        'Put the file itself there if you trust it.',
    );
  return { path, bytes };
}

async function read(folder: string, name: string): Promise<string> {
  try {
    return await readFile(join(folder, name), 'utf8');
  } catch (cause) {
    throw new LookalikeError('model-damaged', `${name} cannot be read (${messageOf(cause)}).`, {
      cause,
    });
  }
}

async function unknownFormat(folder: string, names: string[]): Promise<LookalikeError> {
  const formats =
    'Lookalike takes TensorFlow.js models (a model.json with its weights) and SavedModels (a ' +
    'saved_model.pb with its folder “variables”).';
  for (const name of names.slice(0, 100)) {
    const inside = await readdir(join(folder, name)).catch((): string[] => []);
    if (inside.includes(graphFile) || inside.includes('model.json'))
      return new LookalikeError(
        'model-unknown-format',
        `There is no model in ${folder}, but one in its folder “${name}”: choose that.`,
      );
  }
  const other = names.find((name) =>
    /\.(h5|hdf5|keras|tflite|onnx|pt|pth|safetensors)$/i.test(name),
  );
  return new LookalikeError(
    'model-unknown-format',
    other === undefined
      ? `There is no model in ${folder}. ${formats}`
      : `${other} has a format that Lookalike does not read. ${formats} Export it as one of these.`,
  );
}
