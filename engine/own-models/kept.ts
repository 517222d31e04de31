/**
 * The models of a person's own that a library keeps: each in a folder named after its id, with the
 * files of the model in `files` and a description beside them.
 *
 * They are copied, not referred to: a model goes on working when the original is moved, and nobody can
 * put other weights under vectors that were computed with these. Of each file the SHA-256 is known, and
 * looked at whenever the model is loaded.
 */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LookalikeError, messageOf, systemCode } from '../errors.ts';
import { ownModel } from '../model-values.ts';

const descriptionFile = 'own-model.json';
const filesFolder = 'files';
const prefix = 'own-';

const description = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  ...ownModel.shape,
  dimensions: z.int().positive(),
  single: z.boolean(),
  files: z.array(z.strictObject({ path: z.string(), bytes: z.int(), sha256: z.string() })).min(1),
  /** Of all files together. */
  sha256: z.string(),
});

export type KeptModel = z.infer<typeof description>;

/** The folder of a model, within the folder of all models of a library. */
export function placeOf(folder: string, id: string): { root: string; files: string } {
  const root = join(folder, id);
  return { root, files: join(root, filesFolder) };
}

/** The ids of all models that a library keeps, in the order of their names. */
export async function keptIds(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => name.startsWith(prefix)).sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** @throws LookalikeError `model-damaged` */
export async function readKept(folder: string, id: string): Promise<KeptModel> {
  const path = join(placeOf(folder, id).root, descriptionFile);
  try {
    return description.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new LookalikeError(
      'model-damaged',
      `${path} is missing or damaged. Remove the model, then add it again.`,
      { cause },
    );
  }
}

/** @param root the model's folder, which exists */
export async function writeKept(root: string, kept: KeptModel): Promise<void> {
  await writeFile(join(root, descriptionFile), `${JSON.stringify(kept, null, 2)}\n`);
}

/** Deletes a model's copy. @throws LookalikeError `library-access` */
export async function deleteKept(folder: string, id: string): Promise<void> {
  const { root } = placeOf(folder, id);
  try {
    await rm(root, { recursive: true, force: true });
  } catch (cause) {
    throw new LookalikeError(
      'library-access',
      `${root} could not be deleted (${messageOf(cause)}). Delete it yourself.`,
      { cause },
    );
  }
}

/** A new id for a model of that name, which stays what it is. */
export function newId(name: string, taken: readonly string[]): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  const wanted = `${prefix}${words === '' ? 'model' : words}`;
  let id = wanted;
  for (let n = 2; taken.includes(id); n++) id = `${wanted}-${n}`;
  return id;
}
