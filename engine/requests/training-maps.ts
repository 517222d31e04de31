/**
 * What the last layers of a network learn from: for each photo its label, its vector, and what the layers
 * before give for it, which is computed here once.
 */
import { isLookalikeError } from '../errors.ts';
import type { LastLayers, Trunk } from '../methods/registry.ts';
import { BATCH_SIZE } from '../tensorflow/embedder.ts';
import { writeRows, type WrittenRows } from '../training/rows-file.ts';
import { bytesOfMapped, mappedRow } from '../training/tuned-triplet.ts';
import type { Context } from './context.ts';
import type { OpenMethod } from './open-method.ts';

/** Photos learnt from at most: 20 layers take 45 KB for each, and their training half a minute for 100. */
export const mostMapped = 5000;

interface Labelled {
  id: number;
  label: number;
}

interface MapParts {
  context: Context;
  modelsFolder: string;
  signal: AbortSignal;
  /** Photos read, and in all. */
  onProgress: (done: number, total: number) => void;
}

/**
 * Writes the rows to `path`, whole or not at all. Photos that cannot be read are left out.
 * @throws LookalikeError as `createEmbedder`, or why `signal` was aborted
 */
export async function writeMapped(
  path: string,
  source: OpenMethod,
  photos: readonly Labelled[],
  { openTrunk }: LastLayers,
  layers: number,
  parts: MapParts,
): Promise<WrittenRows> {
  const trunk = await openTrunk(parts.modelsFolder, layers);
  try {
    const bytes = bytesOfMapped(trunk.numbers);
    return await writeRows(path, bytes, mapped(source, photos, trunk, parts));
  } finally {
    await trunk.close();
  }
}

async function* mapped(
  source: OpenMethod,
  photos: readonly Labelled[],
  trunk: Trunk,
  { context, signal, onProgress }: MapParts,
): AsyncGenerator<Uint8Array> {
  const { inputSize, numbers } = trunk;
  onProgress(0, photos.length);
  for (let start = 0; start < photos.length; start += BATCH_SIZE) {
    signal.throwIfAborted();
    const some = photos.slice(start, start + BATCH_SIZE).flatMap(({ id, label }) => {
      const vector = source.vector(id);
      return vector ? [{ id, label, vector }] : [];
    });
    const pixels = await Promise.all(some.map(({ id }) => pixelsOf(context, id, inputSize)));
    const batch = some.flatMap((photo, place) => {
      const decoded = pixels[place];
      return decoded ? [{ ...photo, decoded }] : [];
    });
    if (batch.length > 0) {
      const joined = Buffer.concat(batch.map(({ decoded }) => decoded));
      const maps = await trunk.lastMap(new Uint8Array(joined), batch.length);
      for (const [place, { label, vector }] of batch.entries())
        yield mappedRow(label, vector, maps.subarray(place * numbers, (place + 1) * numbers));
    }
    onProgress(Math.min(start + BATCH_SIZE, photos.length), photos.length);
  }
}

/** The pixels of a photo; undefined where it is gone, or cannot be read any more. */
async function pixelsOf(
  context: Context,
  id: number,
  side: number,
): Promise<Uint8Array | undefined> {
  const { decoder, store } = context.parts;
  const photo = store.reader.photo(id);
  if (!photo) return undefined;
  for (const place of context.sourcesOf(photo, side))
    try {
      return await decoder.pixels(place, side);
    } catch (error) {
      if (isLookalikeError(error, 'cancelled') || !isLookalikeError(error)) throw error;
    }
  return undefined;
}
