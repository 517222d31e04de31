/**
 * What a method learns from, written as rows of a file: the pixels of photos, made small, or stored
 * vectors of another method with a label each. For attributes see `attribute-data.ts`.
 */
import { createHash } from 'node:crypto';
import type { Checked } from '../contract.ts';
import type { TrainingDocument } from '../documents.ts';
import { isLookalikeError } from '../errors.ts';
import { heldOut } from '../evaluation/split.ts';
import type { MethodTraining } from '../methods/registry.ts';
import { Random } from '../random.ts';
import { bytesOfPixels, writeRows } from '../training/rows-file.ts';
import type { TrainingData } from '../training/run.ts';
import { bytesOfLabelled, labelledRow } from '../training/triplet.ts';
import type { Context } from './context.ts';
import { labelledPhotos } from './labelled-photos.ts';
import { markedPhotos } from './marked-photos.ts';
import type { Methods } from './methods.ts';
import type { OpenMethod } from './open-method.ts';
import { slices } from './slices.ts';
import { mostMapped, writeMapped } from './training-maps.ts';

/** Photos learnt from at most: more hardly teach more, and take room and time. */
export const mostPhotos = 20_000;
const readAtOnce = 64;

export type Asked = Omit<Checked<'training.start'>, 'method'>;

/** What was written, and what the document says of its labels. */
export interface WrittenData {
  data: Omit<TrainingData, 'path'>;
  labels: TrainingDocument['labels'];
  attributes?: TrainingDocument['attributes'];
}

type LearnsFromVectors = Extract<MethodTraining, { vectorsOf: string }>;

export interface DataParts {
  context: Context;
  methods: Methods;
  modelsFolder: string;
  signal: AbortSignal;
  /** Photos read, and in all. */
  onProgress: (done: number, total: number) => void;
}

/**
 * Writes what `training` learns from to `path`, whole or not at all.
 * @throws LookalikeError those of `labelledPhotos` and `markedPhotos`, or why `signal` was aborted
 */
export async function writeTrainingData(
  path: string,
  training: Exclude<MethodTraining, { attributesOf: string }>,
  asked: Asked,
  parts: DataParts,
): Promise<WrittenData> {
  if ('side' in training) {
    const rows = pixels(training.side, asked.seed, parts);
    return { data: await writeRows(path, bytesOfPixels(training.side), rows), labels: null };
  }
  const source = parts.methods.get(training.vectorsOf);
  if (asked.labels.from === 'marks') return writeMarked(path, source, training, asked, parts);
  if (asked.labels.from === 'clusters') await source.runs.refresh();
  const { ids, labels, told } = await labelledPhotos(parts.context, asked.labels, [source]);
  const all = Uint32Array.from(ids.keys());
  const learnt = asked.holdOut ? heldOut(labels, asked.seed).searched : all;
  const most = asked.layers > 0 ? mostMapped : mostPhotos;
  const chosen = sample([...learnt], most, new Random('training', asked.seed));
  const photos = chosen.map((place) => ({ id: ids[place] ?? 0, label: labels[place] ?? 0 }));
  const written = await writeLabelled(path, source, photos, training, asked.layers, parts);
  return {
    data: { ...written, of: `${source.id}@${source.method.version}` },
    labels: { ...told, heldOut: ids.length - learnt.length },
  };
}

/** The vectors of photos that the person marked, with what is known of them. */
async function writeMarked(
  path: string,
  source: OpenMethod,
  training: LearnsFromVectors,
  { seed, holdOut, layers }: Asked,
  parts: DataParts,
): Promise<WrittenData> {
  const { photos, apart, labels } = markedPhotos(parts.context, source, holdOut ? seed : null);
  const written = await writeLabelled(path, source, photos, training, layers, parts);
  const version = createHash('sha256')
    .update(`${written.version} ${JSON.stringify(apart)}`)
    .digest('hex');
  return {
    data: { ...written, version, of: `${source.id}@${source.method.version}`, apart },
    labels,
  };
}

/** Labelled photos by their vectors, and by what the last layers of the network see where those are trained. */
function writeLabelled(
  path: string,
  source: OpenMethod,
  photos: readonly { id: number; label: number }[],
  { lastLayers }: LearnsFromVectors,
  layers: number,
  parts: DataParts,
): Promise<Omit<TrainingData, 'path'>> {
  return layers > 0 && lastLayers
    ? writeMapped(path, source, photos, lastLayers, layers, parts)
    : writeRows(path, bytesOfLabelled, vectors(source, photos, parts));
}

/** The pixels of all photos, or of a sample drawn with the seed; one of each content. */
async function* pixels(
  side: number,
  seed: number,
  { context, signal, onProgress }: DataParts,
): AsyncGenerator<Uint8Array> {
  const { decoder, store } = context.parts;
  const ids = sample([...context.distinctPhotos()], mostPhotos, new Random('training', seed));
  onProgress(0, ids.length);
  for (let start = 0; start < ids.length; start += readAtOnce) {
    signal.throwIfAborted();
    const some = ids.slice(start, start + readAtOnce).flatMap((id) => {
      const photo = store.reader.photo(id);
      return photo ? [photo] : [];
    });
    const decoded = await Promise.all(
      some.map(async (photo) => {
        try {
          return await decoder.pixels(context.thumbnailSource(photo), side);
        } catch (error) {
          if (isLookalikeError(error, 'cancelled') || !isLookalikeError(error)) throw error;
          return null;
        }
      }),
    );
    for (const one of decoded) if (one) yield one;
    onProgress(Math.min(start + readAtOnce, ids.length), ids.length);
  }
}

/** The stored vectors of photos with their labels; photos that went meanwhile are left out. */
async function* vectors(
  source: OpenMethod,
  photos: readonly { id: number; label: number }[],
  { signal, onProgress }: DataParts,
): AsyncGenerator<Uint8Array> {
  const breathe = slices();
  onProgress(0, photos.length);
  for (const { id, label } of photos) {
    signal.throwIfAborted();
    const vector = source.vector(id);
    if (vector) yield labelledRow(label, vector);
    await breathe();
  }
  onProgress(photos.length, photos.length);
}

/** At most `most` of the ids, drawn by chance, in their own order. */
export function sample(ids: number[], most: number, random: Random): number[] {
  for (let place = 0; place < Math.min(most, ids.length - 1); place++) {
    const other = random.integer(place, ids.length - 1);
    [ids[place], ids[other]] = [ids[other] ?? 0, ids[place] ?? 0];
  }
  return ids.slice(0, most).sort((a, b) => a - b);
}
