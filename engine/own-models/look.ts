/**
 * Looks at a model: checks it, loads it, and tries it on two pictures. It runs in the process that may
 * die; what comes out is all that others need to know.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isLookalikeError, LookalikeError, messageOf } from '../errors.ts';
import type { ModelFormat, ModelLayer, Scaling, SettingSource } from '../model-values.ts';
import type { Backend, Tensor4D } from '../tensorflow/backend.ts';
import { openGraphModel } from '../tensorflow/own-model/graph-model.ts';
import { openLayersModel } from '../tensorflow/own-model/layers-model.ts';
import { photosTried, type OpenedModel } from '../tensorflow/own-model/opened.ts';
import { readSavedGraph, type SavedGraph } from '../tensorflow/own-model/saved-graph.ts';
import { layersOf, loadSavedModel, nativeOf } from '../tensorflow/own-model/saved-model.ts';
import { mostDimensions, usualLayer, usualScaling, usualSide } from './defaults.ts';
import { findModel, type FoundModel } from './files.ts';
import { refuseOthers } from './model-file.ts';
import {
  dangerousOperations,
  restoringOperations,
  tensorOperations,
  variableOperations,
} from './operations.ts';
import { tryOut } from './try-out.ts';
import { vectorsFrom, type Network } from './vectors.ts';

/** What a person asked for; null: as the file says, or as is usual. */
export interface Asked {
  inputSize: number | null;
  scaling: Scaling | null;
  layer: string | null;
}

interface Decided<Value> {
  value: Value;
  from: SettingSource;
}

export interface Looked {
  format: ModelFormat;
  bytes: number;
  inputSize: Decided<number>;
  scaling: Decided<Scaling>;
  layer: Decided<string>;
  dimensions: number;
  layers: ModelLayer[];
  /** Whether it takes one photo at a time only. */
  single: boolean;
}

/**
 * @param folder absolute
 * @param loadBackend is called once the files were found to be whole and harmless
 * @param name of the folder that the person has, where `folder` is a copy of it
 * @throws LookalikeError `model-…`, `folder-…`
 */
export async function lookAt(
  folder: string,
  asked: Asked,
  loadBackend: () => Promise<Backend>,
  name = basename(folder),
): Promise<Looked> {
  const found = await findModel(folder);
  try {
    return await (found.format === 'saved-model'
      ? lookAtSavedModel(found, name, asked, loadBackend)
      : lookAtFile(found, name, asked, loadBackend));
  } catch (error) {
    throw asModelError(error);
  }
}

/** What TensorFlow says of a network that it cannot run, as an error about the model. */
export function asModelError(error: unknown): LookalikeError {
  if (isLookalikeError(error)) return error;
  // Native TensorFlow puts a line with a number before what it says.
  const said = messageOf(error).replace(/^Invalid TF_Status: \d+\nMessage: /, '');
  const [firstLine = ''] = said.split('\n');
  return new LookalikeError(
    'model-damaged',
    `TensorFlow cannot run this network: ${firstLine.slice(0, 300)}`,
    { cause: error },
  );
}

type InFile = Extract<FoundModel, { format: 'layers-model' | 'graph-model' }>;

async function lookAtFile(
  found: InFile,
  name: string,
  asked: Asked,
  loadBackend: () => Promise<Backend>,
): Promise<Looked> {
  const { tf } = await loadBackend();
  const model = await openFile(found, tf);
  const side = sideOf(model.input.side, asked.inputSize);
  const layers = model.layers(side.value);
  const decided = decide(asked, [...model.names, name], layers);
  const { layer, scaling } = decided;
  const network: Network = {
    settings: { inputSize: side.value, scaling: scaling.value, layer: layer.value },
    single: model.input.single,
    run: (photos) => model.run(photos, layer.value),
  };
  const dimensions = tryOut(vectorsFrom(tf, network), side.value);
  const { format, bytes } = found;
  const { single } = model.input;
  return { format, bytes, inputSize: side, ...decided, dimensions, layers, single };
}

/** @throws LookalikeError `model-damaged`, `model-unsuitable` */
export async function openFile(found: InFile, tf: Backend['tf']): Promise<OpenedModel> {
  const { folder, file, weights } = found;
  const data = new Uint8Array(weights.bytes);
  let at = 0;
  for (const path of weights.paths) {
    const shard = await readFile(join(folder, path));
    data.set(shard, at);
    at += shard.length;
  }
  const artifacts = {
    topology: file.topology,
    // Checked to be of the kinds that TensorFlow.js knows.
    specs: weights.specs as Parameters<typeof openLayersModel>[0]['specs'],
    data: data.buffer,
    signature: file.signature,
  };
  return file.format === 'layers-model'
    ? openLayersModel(artifacts)
    : openGraphModel(tf, artifacts);
}

async function lookAtSavedModel(
  found: FoundModel,
  name: string,
  asked: Asked,
  loadBackend: () => Promise<Backend>,
): Promise<Looked> {
  const { folder, format, bytes } = found;
  const content = await readFile(join(folder, 'saved_model.pb'));
  const backend = await loadBackend();
  nativeOf(backend);
  const graph = checkedGraph(content);
  const side = sideOf(graph.input.side, asked.inputSize);
  const names = graph.candidates.map(({ name }) => name);
  const { single } = graph.input;
  const { tf } = backend;
  return beside(folder, async (place) => {
    const all = graph.withOutputs(names);
    await writeFile(join(place, 'saved_model.pb'), all.bytes);
    const model = await loadSavedModel(backend, place);
    const layers = tf.tidy(() => {
      const photos: Tensor4D = tf.zeros([photosTried(single), side.value, side.value, 3]);
      return layersOf(graph.candidates, all.outputs, model.run(photos), single);
    });
    const decided = decide(asked, [...names, name], layers);
    const key = all.outputs[names.indexOf(decided.layer.value)] ?? '';
    const network: Network = {
      settings: {
        inputSize: side.value,
        scaling: decided.scaling.value,
        layer: decided.layer.value,
      },
      single,
      run: (photos) => model.run(photos)[key],
    };
    const dimensions = tryOut(vectorsFrom(tf, network), side.value);
    return { format, bytes, inputSize: side, ...decided, dimensions, layers, single };
  });
}

/**
 * The graph of a SavedModel, once its operations were found to be harmless.
 * @throws LookalikeError `model-unsafe`, `model-damaged`, `model-unsuitable`
 */
export function checkedGraph(content: Uint8Array): SavedGraph {
  const graph = readSavedGraph(content);
  const { running, restoring, all } = graph.operations;
  refuseOthers(
    all.filter((name) => dangerousOperations.has(name)),
    new Set(),
    'operations',
  );
  const pure = new Set([...tensorOperations, ...variableOperations]);
  refuseOthers(running, pure, 'operations');
  refuseOthers(restoring, new Set([...pure, ...restoringOperations]), 'operations');
  return graph;
}

/** Works in a temporary folder that has the weights of a SavedModel, but not its graph. */
async function beside<T>(folder: string, work: (place: string) => Promise<T>): Promise<T> {
  const place = await mkdtemp(join(tmpdir(), 'lookalike-model-'));
  try {
    const [weights, there] = [join(folder, 'variables'), join(place, 'variables')];
    // TensorFlow looks for this folder also where all weights are constants of the graph.
    await (existsSync(weights) ? symlink(weights, there, 'dir') : mkdir(there));
    return await work(place);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** @throws LookalikeError `model-unsuitable` */
function sideOf(fixed: number | null, asked: number | null): Decided<number> {
  if (fixed === null)
    return asked === null ? { value: usualSide, from: 'usual' } : { value: asked, from: 'asked' };
  if (asked !== null && asked !== fixed)
    throw new LookalikeError(
      'model-unsuitable',
      `This network takes pictures of ${fixed} × ${fixed} pixels and no others, so ${asked} is not possible.`,
    );
  if (fixed < 16 || fixed > 1024)
    throw new LookalikeError(
      'model-unsuitable',
      `This network takes pictures of ${fixed} × ${fixed} pixels. Lookalike gives it at least 16 and at most 1024.`,
    );
  return { value: fixed, from: 'file' };
}

/**
 * @param names of the parts of the network, and of its folder
 * @throws LookalikeError `model-unsuitable`
 */
function decide(
  asked: Asked,
  names: readonly string[],
  layers: readonly ModelLayer[],
): { scaling: Decided<Scaling>; layer: Decided<string> } {
  const scaling: Decided<Scaling> = asked.scaling
    ? { value: asked.scaling, from: 'asked' }
    : usualScaling(names);
  const wanted =
    asked.layer === null ? usualLayer(layers) : layers.find(({ name }) => name === asked.layer);
  if (!wanted)
    throw new LookalikeError(
      'model-unsuitable',
      asked.layer === null
        ? 'No layer of this network gives numbers that could stand for a photo.'
        : `This network has no layer “${asked.layer}” that can be taken. It has ${someOf(layers)}.`,
    );
  if (wanted.dimensions > mostDimensions)
    throw new LookalikeError(
      'model-unsuitable',
      `The layer “${wanted.name}” gives ${wanted.dimensions} numbers a photo. Take one of at most ${mostDimensions}.`,
    );
  return { scaling, layer: { value: wanted.name, from: asked.layer === null ? 'usual' : 'asked' } };
}

/** The last few, as those are mostly meant. */
function someOf(layers: readonly ModelLayer[]): string {
  const last = layers.slice(-8).map(({ name }) => name);
  return `${last.length < layers.length ? 'among others ' : ''}${last.join(', ')}`;
}
