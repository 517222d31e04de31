/**
 * Entry of the process that loads and runs models of a person's own. Such a model may crash
 * TensorFlow, never end, or take all memory: then this process dies, and nothing else.
 */
import { basename, join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { LookalikeError } from '../errors.ts';
import { serve } from '../processes/serve.ts';
import {
  forcedBackend,
  loadBackend,
  type Backend,
  type BackendName,
} from '../tensorflow/backend.ts';
import { normaliseRows } from '../tensorflow/network.ts';
import { loadSavedModel } from '../tensorflow/own-model/saved-model.ts';
import { checkCopy, copyModel, fingerprint, replaceFile, type CopiedFile } from './copy.ts';
import { findModel } from './files.ts';
import type { KeptModel } from './kept.ts';
import { asModelError, checkedGraph, lookAt, openFile, type Asked, type Looked } from './look.ts';
import { limitMemory } from './memory.ts';
import { tryOut } from './try-out.ts';
import { vectorsFrom, type Network, type Vectors } from './vectors.ts';

/** What the process can be asked. */
export interface OwnModelRequests {
  /** Looks at a model in any folder. */
  look: { params: { folder: string; asked: Asked }; result: Looked };
  /** Copies a model into an empty folder, and looks at the copy, which is ready to be opened then. */
  copy: {
    params: { folder: string; to: string; asked: Asked };
    result: Looked & { files: CopiedFile[]; sha256: string };
  };
  /** Loads a copy. Afterwards photos can be embedded. */
  open: { params: { folder: string; kept: KeptModel }; result: null };
  /** How TensorFlow computes. */
  facts: { params: null; result: { backend: BackendName; reason: string | null } };
  /** `count` photos to as many rows of length 1. */
  embed: {
    params: { pixels: Uint8Array; count: number };
    result: Float32Array<ArrayBuffer>;
  };
}

/** Bytes of memory that this process may take. */
const [most] = process.argv.slice(2);
limitMemory(Number(most));

let backend: Promise<Backend> | undefined;
let opened: { vectors: Vectors; dimensions: number } | undefined;

function loadOnce(): Promise<Backend> {
  // The native library writes notes to standard error; it reads this before it is loaded.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  backend ??= loadBackend(forcedBackend(process.env));
  return backend;
}

serve({
  look: ({ folder, asked }: OwnModelRequests['look']['params']): Promise<Looked> =>
    lookAt(folder, asked, loadOnce),

  copy: async ({ folder, to, asked }: OwnModelRequests['copy']['params']) => {
    await copyModel(await findModel(folder), to);
    // From here on the copy is what counts: nobody can change it meanwhile.
    const looked = await lookAt(to, asked, loadOnce, basename(folder));
    if (looked.format === 'saved-model') {
      const graph = checkedGraph(await readFile(join(to, 'saved_model.pb')));
      await replaceFile(to, 'saved_model.pb', graph.withOutputs([looked.layer.value]).bytes);
    }
    const { files } = await findModel(to);
    const paths = files.map(({ path }) => path);
    return { ...looked, ...(await fingerprint(to, paths)) };
  },

  open: async ({ folder, kept }: OwnModelRequests['open']['params']) => {
    await checkCopy(folder, kept.files);
    const ready = await loadOnce();
    try {
      const network: Network = {
        settings: { inputSize: kept.inputSize, scaling: kept.scaling, layer: kept.layer },
        single: kept.single,
        run: await runOf(folder, kept, ready),
      };
      const vectors = vectorsFrom(ready.tf, network);
      const dimensions = tryOut(vectors, kept.inputSize);
      if (dimensions !== kept.dimensions) throw otherLength(dimensions, kept);
      opened = { vectors, dimensions };
      return null;
    } catch (error) {
      throw asModelError(error);
    }
  },

  facts: async () => {
    const { name, reason } = await loadOnce();
    return { backend: name, reason };
  },

  embed: ({ pixels, count }: OwnModelRequests['embed']['params']) => {
    if (!opened) throw new Error('no model is open');
    const { vectors, dimensions } = opened;
    const rows = new Float32Array(count * dimensions);
    for (const [place, row] of vectors(pixels, count).entries()) {
      if (row.length !== dimensions) throw otherLength(row.length, { dimensions });
      rows.set(row, place * dimensions);
    }
    return normaliseRows(rows, dimensions);
  },
} satisfies {
  [Name in keyof OwnModelRequests]: (
    params: OwnModelRequests[Name]['params'],
  ) => Promise<OwnModelRequests[Name]['result']> | OwnModelRequests[Name]['result'];
});

async function runOf(folder: string, kept: KeptModel, ready: Backend): Promise<Network['run']> {
  if (kept.format !== 'saved-model') {
    const found = await findModel(folder);
    if (found.format === 'saved-model') throw new Error('a copy changed its format');
    const model = await openFile(found, ready.tf);
    return (photos) => model.run(photos, kept.layer);
  }
  const model = await loadSavedModel(ready, folder);
  return (photos) => Object.values(model.run(photos))[0];
}

function otherLength(length: number, { dimensions }: { dimensions: number }): LookalikeError {
  return new LookalikeError(
    'model-unsuitable',
    `This model gives ${length} numbers for a photo, where it gave ${dimensions} before.`,
  );
}
