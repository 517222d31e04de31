/**
 * Computes the vectors of one method for photos that are in the library and lack them. Photos are
 * read from their thumbnails where these are as large as what the method looks at: that is many
 * times faster than reading the files again. Otherwise a file is read where it can be reached, and
 * its thumbnail is better than nothing where it cannot.
 *
 * It can be ended at any moment, the process killed included: what was written stays, and the next
 * run goes on with what is missing.
 */
import { isLookalikeError, LookalikeError } from '../errors.ts';
import { facesInPhoto, type Embedder, type Method } from '../methods/registry.ts';
import type { Decoder } from '../photos/decoder.ts';
import type { Source } from '../photos/decoder-process.ts';
import type { PhotoRow } from '../store/reader.ts';
import { thumbnailSide } from '../photos/thumbnail-side.ts';
import type { Store } from '../store/store.ts';
import { BATCH_SIZE } from '../tensorflow/embedder.ts';
import { isPhotoError } from './pipeline.ts';

export interface FillParts {
  store: Pick<Store, 'reader' | 'writer' | 'thumbnails'>;
  decoder: Decoder;
  methodId: number;
  method: Pick<Method, 'inputSize' | 'fit' | 'finds'>;
  /** Starts the model when the first photo needs it. */
  embedder: () => Promise<Embedder>;
  pathOf: (photo: PhotoRow) => string;
  /** Photos that have a vector now, or in which faces were looked for. */
  onPhotos: (ids: number[]) => void;
  onProgress: (progress: { done: number; total: number; secondsLeft: number | null }) => void;
}

/** Photos whose pixels are held at once where faces are looked for: 3 MB each. */
const facesLookedForAtOnce = 8;
/** Photos decoded while a batch before them is embedded. */
const decodedAtOnce = BATCH_SIZE * 4;
const tellEveryMs = 200;

interface Batch {
  /** Ids of the photos that were looked at. */
  ids: number[];
  /** Those that could be decoded. */
  decoded: Decoded[];
}

interface Decoded {
  photo: PhotoRow;
  pixels: Uint8Array;
}

export class Fill {
  readonly #parts: FillParts;
  readonly #abort = new AbortController();
  #done = 0;
  #total = 0;
  #startedAt = 0;
  #toldAt = 0;

  constructor(parts: FillParts) {
    this.#parts = parts;
  }

  /** Ends the run after what is under way. */
  cancel(): void {
    this.#abort.abort(new LookalikeError('cancelled', 'Computing vectors was stopped.'));
  }

  /**
   * Photos that cannot be decoded, or have no vector, are passed over.
   * @throws LookalikeError `cancelled`, `disk-full`, `weights-damaged`, …: what was written stays
   */
  async run(): Promise<void> {
    const { store, methodId, method } = this.#parts;
    const { reader } = store;
    const done =
      method.finds === 'faces' ? reader.faces.lookedCount(methodId) : reader.vectorCount(methodId);
    this.#total = reader.photoCount() - done;
    this.#startedAt = performance.now();
    this.#tell();
    // The next photos are decoded while these are embedded.
    let decoding = this.#decodeAfter(0);
    for (let batch = await decoding; batch.ids.length > 0; batch = await decoding) {
      decoding = this.#decodeAfter(batch.ids.at(-1) ?? Infinity);
      // It is waited for in the next turn; should this one fail, nobody will.
      decoding.catch(() => undefined);
      if (method.finds === 'faces') await this.#findFaces(batch.decoded);
      else
        for (let start = 0; start < batch.decoded.length; start += BATCH_SIZE)
          await this.#embed(batch.decoded.slice(start, start + BATCH_SIZE));
      this.#done += batch.ids.length;
      this.#tell();
      this.#abort.signal.throwIfAborted();
    }
  }

  async #decodeAfter(photoId: number): Promise<Batch> {
    const photos = this.#photosAfter(photoId);
    const decoded = await Promise.all(photos.map((photo) => this.#decode(photo)));
    return {
      ids: photos.map(({ id }) => id),
      decoded: decoded.filter((photo) => photo !== null),
    };
  }

  /** The next photos that lack vectors. */
  #photosAfter(photoId: number): PhotoRow[] {
    const { store, methodId, method } = this.#parts;
    const { reader } = store;
    if (method.finds === 'photos')
      return reader.photosWithoutVector(methodId, photoId, decodedAtOnce);
    return reader.faces
      .photosToLookAt(methodId, photoId, facesLookedForAtOnce)
      .flatMap((id) => reader.photo(id) ?? []);
  }

  /** Null where the photo cannot be decoded. */
  async #decode(photo: PhotoRow): Promise<Decoded | null> {
    const { store, decoder, method, pathOf } = this.#parts;
    for (const source of sourcesOf(photo, method, store, pathOf))
      try {
        return { photo, pixels: await decoder.pixels(source, method.inputSize, method.fit) };
      } catch (error) {
        if (!isPhotoError(error)) throw error;
      }
    return null;
  }

  async #findFaces(photos: readonly Decoded[]): Promise<void> {
    const { store, methodId, onPhotos } = this.#parts;
    const embedder = await this.#parts.embedder();
    // All are asked for at once, as there may be several threads; each is stored when it is there.
    await Promise.all(
      photos.map(async ({ photo, pixels }) => {
        if (this.#abort.signal.aborted) return;
        const faces = facesInPhoto(await embedder.embed(pixels, 1), photo);
        if (store.writer.addFaces(methodId, photo.id, faces)) onPhotos([photo.id]);
      }),
    );
  }

  async #embed(batch: Batch['decoded']): Promise<void> {
    const { store, methodId, onPhotos } = this.#parts;
    const embedder = await this.#parts.embedder();
    let flat: Float32Array;
    try {
      flat = await embedder.embed(Buffer.concat(batch.map(({ pixels }) => pixels)), batch.length);
    } catch (error) {
      if (!isLookalikeError(error, 'photo-no-vector')) throw error;
      // One of them has none; alone, it is passed over.
      if (batch.length > 1) for (const photo of batch) await this.#embed([photo]);
      return;
    }
    const dimensions = flat.length / batch.length;
    const added = store.writer.addVectors(
      methodId,
      batch.map(({ photo }, place) => ({
        photoId: photo.id,
        vector: flat.subarray(place * dimensions, (place + 1) * dimensions),
      })),
    );
    onPhotos(added);
  }

  #tell(): void {
    const now = performance.now();
    if (this.#done > 0 && now - this.#toldAt < tellEveryMs) return;
    this.#toldAt = now;
    const perPhoto = (now - this.#startedAt) / this.#done;
    this.#parts.onProgress({
      done: this.#done,
      total: this.#total,
      secondsLeft: this.#done === 0 ? null : ((this.#total - this.#done) * perPhoto) / 1000,
    });
  }
}

/** Where a photo's pixels are had, the best first. */
export function sourcesOf(
  photo: PhotoRow,
  { inputSize }: Pick<Method, 'inputSize'>,
  { thumbnails }: Pick<Store, 'thumbnails'>,
  pathOf: (photo: PhotoRow) => string,
): [Source, ...Source[]] {
  const thumbnail = thumbnails.get(photo.sha256);
  const file = { path: pathOf(photo) };
  if (!thumbnail) return [file];
  // A photo that is no larger than a thumbnail has nothing more to show.
  const isEnough = Math.min(inputSize, Math.max(photo.width, photo.height)) <= thumbnailSide;
  return isEnough ? [{ bytes: thumbnail }, file] : [file, { bytes: thumbnail }];
}
