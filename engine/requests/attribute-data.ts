/**
 * What attributes are learnt from, written as rows of a file: what a list says of each photo, the stored
 * vector of the photo, and vectors of the photo flipped, zoomed and shifted.
 */
import { LookalikeError } from '../errors.ts';
import { isPhotoError } from '../indexing/pipeline.ts';
import type { View } from '../photos/decode.ts';
import { Random } from '../random.ts';
import { attributeRow, bytesOfAttributes } from '../training/attributes.ts';
import { writeRows } from '../training/rows-file.ts';
import type { OpenMethod } from './open-method.ts';
import { labelledAttributes } from './labelled-attributes.ts';
import {
  mostPhotos,
  sample,
  type Asked,
  type DataParts,
  type WrittenData,
} from './training-data.ts';

/** The smallest part of a side that a view shows. */
const smallestPart = 0.76;
/** Varied views of a photo at most. Where there are many photos each needs fewer, as they vary themselves. */
const mostViews = 3;
const viewsOfAll = 12_000;
/** Photos looked at once: a few, so that a query which has to be looked at waits for no more than these. */
const atOnce = 8;

/**
 * Writes it to `path`, whole or not at all.
 * @param attributesOf the method whose vectors these are
 * @throws LookalikeError `attributes-missing`, those of `labelledAttributes` and of the model, or why
 *   `signal` was aborted
 */
export async function writeAttributeData(
  path: string,
  { attributesOf }: { attributesOf: string },
  asked: Asked,
  parts: DataParts,
): Promise<WrittenData> {
  if (!asked.attributes)
    throw new LookalikeError(
      'attributes-missing',
      'To learn attributes, a list is needed that says which photos have which. ' +
        'Choose one on the page Methods, or name it in the terminal with --labels FILE.',
    );
  const source = parts.methods.get(attributesOf);
  const { photos, told } = await labelledAttributes(parts.context, asked.attributes, source);
  const chosen = sample([...photos.keys()], mostPhotos, new Random('training', asked.seed));
  const varied = Math.max(1, Math.min(mostViews, Math.round(viewsOfAll / chosen.length)));
  const bytes = bytesOfAttributes(told.each.length, 1 + varied);
  const picked = chosen.flatMap((place) => photos[place] ?? []);
  const data = await writeRows(path, bytes, rows(source, picked, varied, asked.seed, parts));
  const { leftOut } = told;
  const lost = picked.length - data.count;
  return {
    data: { ...data, of: `${source.id}@${source.method.version}`, views: 1 + varied },
    labels: null,
    attributes: {
      ...told,
      photos: data.count,
      leftOut: { ...leftOut, notIndexed: leftOut.notIndexed + lost },
    },
  };
}

type Labelled = { id: number; values: Int8Array };

async function* rows(
  source: OpenMethod,
  photos: readonly Labelled[],
  varied: number,
  seed: number,
  { context, signal, onProgress }: DataParts,
): AsyncGenerator<Uint8Array> {
  onProgress(0, photos.length);
  for (let start = 0; start < photos.length; start += atOnce) {
    signal.throwIfAborted();
    const some = photos.slice(start, start + atOnce);
    const seen = await Promise.all(
      some.map(async ({ id, values }) => {
        const random = new Random('views', seed, id);
        const views = random.times(varied, () => drawnView(random));
        const vectors = await vectorsOf(source, id, views, context);
        return vectors && attributeRow(values, vectors);
      }),
    );
    for (const row of seen) if (row) yield row;
    onProgress(Math.min(start + atOnce, photos.length), photos.length);
  }
}

/** Flipped or not, nearer, and not in the middle; the shape changes a little as well. */
function drawnView(random: Random): View {
  const [width, height] = [random.between(smallestPart, 1), random.between(smallestPart, 1)];
  return {
    width,
    height,
    left: random.between(0, 1 - width),
    top: random.between(0, 1 - height),
    mirrored: random.chance(0.5),
  };
}

/** The stored vector of a photo and those of its views; null where there are none (any more). */
async function vectorsOf(
  source: OpenMethod,
  id: number,
  views: View[],
  context: DataParts['context'],
): Promise<Float32Array | null> {
  const { store, decoder } = context.parts;
  const photo = store.reader.photo(id);
  const own = source.vector(id);
  if (!photo || !own) return null;
  try {
    const pixels = await decoder.views(
      context.thumbnailSource(photo),
      source.method.inputSize,
      views,
    );
    const embedder = await source.model.embedder();
    const others = await embedder.embed(pixels, views.length);
    const vectors = new Float32Array(own.length + others.length);
    vectors.set(own);
    vectors.set(others, own.length);
    return vectors;
  } catch (error) {
    if (isPhotoError(error)) return null;
    throw error;
  }
}
