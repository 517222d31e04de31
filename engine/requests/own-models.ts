/** Models of a person's own: looked at, copied into the library as methods, and removed again. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { basename, join } from 'node:path';
import type { Checked } from '../contract.ts';
import type { ModelDocument, ModelInspectionDocument, ModelsDocument } from '../documents.ts';
import { isLookalikeError, LookalikeError, messageOf } from '../errors.ts';
import { keptModelEntry, type MethodEntry } from '../methods/registry.ts';
import { checkCopy } from '../own-models/copy.ts';
import { deleteKept, keptIds, newId, placeOf, readKept, writeKept } from '../own-models/kept.ts';
import { copyAndLook, lookAtModel, type RunnerOptions } from '../own-models/runner.ts';
import { toAbsolute } from '../photos/browse.ts';
import { checkFolder } from '../photos/walk.ts';
import type { Handlers } from './context.ts';
import type { Methods } from './methods.ts';

/** The entries of all models that a library keeps in `folder`. */
export async function ownModelEntries(
  folder: string,
  options: RunnerOptions,
): Promise<MethodEntry[]> {
  // What was being copied when the program ended begins with a dot, and is nobody's.
  const ids = await keptIds(folder);
  return Promise.all(ids.map((id) => keptModelEntry(folder, id, options)));
}

export function ownModelRequests(
  methods: Methods,
  folder: string,
  options: RunnerOptions,
): Handlers<'models.inspect' | 'models.add' | 'models.remove' | 'documents.models'> {
  /** One after the other: two of the same name would take the same id. */
  let adding: Promise<unknown> = Promise.resolve();

  const add = async (params: Checked<'models.add'>): Promise<ModelDocument> => {
    const { path, name, inputSize, scaling, layer } = params;
    const source = await modelFolder(path);
    const kept = name ?? nameOf(source);
    const temporary = join(folder, `.adding-${randomUUID()}`);
    const root = placeOf(folder, temporary.slice(folder.length + 1));
    try {
      await makeFolder(root.files);
      const asked = { inputSize, scaling, layer };
      const looked = await copyAndLook(source, root.files, asked, options);
      const id = newId(kept, [...(await keptIds(folder)), ...methods.states().map((m) => m.id)]);
      await writeKept(root.root, {
        version: 1,
        name: kept,
        format: looked.format,
        inputSize: looked.inputSize.value,
        scaling: looked.scaling.value,
        layer: looked.layer.value,
        from: source,
        bytes: looked.files.reduce((sum, { bytes }) => sum + bytes, 0),
        dimensions: looked.dimensions,
        single: looked.single,
        files: looked.files,
        sha256: looked.sha256,
      });
      await rename(root.root, placeOf(folder, id).root);
      await methods.add(await keptModelEntry(folder, id, options));
      const { dimensions, own } = methods.states().find((each) => each.id === id) ?? {};
      if (dimensions === undefined || !own?.model)
        throw new Error(`the model ${id} that was just added is not there`);
      return { schema: 'lookalike/model@1', id, name: kept, dimensions, ...own.model };
    } finally {
      await rm(root.root, { recursive: true, force: true });
    }
  };

  return {
    'models.inspect': async ({ path, ...asked }): Promise<ModelInspectionDocument> => {
      const source = await modelFolder(path);
      const looked = await lookAtModel(source, asked, options);
      const { format, bytes, inputSize, scaling, layer, dimensions, layers } = looked;
      return {
        ...{ schema: 'lookalike/model-inspection@1', path: source, format, bytes },
        ...{ inputSize, scaling, layer, dimensions, layers },
      };
    },

    'models.add': (params) => {
      const added = adding.then(() => add(params));
      adding = added.catch(() => undefined);
      return added;
    },

    'models.remove': async ({ method }) => {
      const entry = methods.entry(method);
      if (entry?.facts.own === undefined)
        throw new LookalikeError(
          'method-unknown',
          `There is no model of your own called “${method}”. ${knownModels(methods)}`,
        );
      await methods.remove(method);
      await deleteKept(folder, method);
      return {};
    },

    'documents.models': async (): Promise<ModelsDocument> => {
      const models: ModelsDocument['models'] = [];
      for (const { id, name, dimensions, own } of methods.states()) {
        if (own === null) continue;
        const damaged = await damageOf(folder, id);
        if (damaged !== null) models.push({ id, name, dimensions: null, ...own.model, damaged });
        else if (own.model) models.push({ id, name, dimensions, ...own.model });
      }
      return { schema: 'lookalike/models@1', models };
    },
  };
}

/** What using a model would say if its copy is not what was added; all its files are read for that. */
async function damageOf(folder: string, id: string): Promise<string | null> {
  try {
    const { files } = await readKept(folder, id);
    await checkCopy(placeOf(folder, id).files, files);
    return null;
  } catch (error) {
    if (isLookalikeError(error, 'model-damaged')) return error.message;
    throw error;
  }
}

function knownModels(methods: Methods): string {
  const ids = methods.states().flatMap(({ id, own }) => (own === null ? [] : [id]));
  if (ids.length === 0) return 'There are none.';
  return `There ${ids.length === 1 ? 'is' : 'are'} ${ids.join(', ')}.`;
}

/** @throws LookalikeError `folder-…` */
async function modelFolder(path: string): Promise<string> {
  const absolute = toAbsolute(path);
  await checkFolder(absolute);
  return absolute;
}

/** Exports are often called like this; then the folder around tells more. */
const plainName = /^(model|models|saved_?model|tfjs(_?model)?|web_?model|export|\d+)$/i;

function nameOf(folder: string): string {
  const name = basename(folder);
  const outer = basename(join(folder, '..'));
  return (plainName.test(name) && outer !== '' ? outer : name) || 'Model';
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    throw new LookalikeError(
      'library-access',
      `The model cannot be copied into the library (${messageOf(cause)}).`,
      { cause },
    );
  }
}
