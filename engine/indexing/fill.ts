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
import type { Store } from '../store/store.ts';
import { BATCH_SIZE } from '../tensorflow/embedder.ts';
import { isPhotoError } from './pipeline.ts';

export interface FillParts {
  store: Pick<Store, 'reader' | 'writer'>;
  decoder: Decoder;
  methodId: number;
  method: Pick<Method, 'inputSize' | 'fit' | 'finds'>;
  /** Starts the model when the first photo needs it. */
  embedder: () => Promise<Embedder>;
  /** Where the pixels of a photo come from, the best first. */
  sourcesOf: (photo: PhotoRow) => Source[];
  /** The stored vector that a photo's vector is computed from, where it comes from no photo. */
  vectorOf?: ((photoId: number) => Float32Array | undefined) | undefined;
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
  /** Pixels of those that could be decoded, or the stored vectors of those that have one. */
  inputs: Input[];
}

interface Input {
  photo: PhotoRow;
  values: Uint8Array | Float32Array;
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
      if (method.finds === 'faces') await this.#findFaces(batch.inputs);
      else
        for (let start = 0; start < batch.inputs.length; start += BATCH_SIZE)
          await this.#embed(batch.inputs.slice(start, start + BATCH_SIZE));
      this.#done += batch.ids.length;
      this.#tell();
      this.#abort.signal.throwIfAborted();
    }
  }

  async #decodeAfter(photoId: number): Promise<Batch> {
    const photos = this.#photosAfter(photoId);
    const inputs = await Promise.all(photos.map((photo) => this.#inputOf(photo)));
    return {
      ids: photos.map(({ id }) => id),
      inputs: inputs.filter((input) => input !== null),
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

  /** Null where the photo cannot be decoded, or has no vector to compute from. */
  async #inputOf(photo: PhotoRow): Promise<Input | null> {
    const { decoder, method, sourcesOf, vectorOf } = this.#parts;
    if (vectorOf) {
      const values = vectorOf(photo.id);
      return values ? { photo, values } : null;
    }
    for (const source of sourcesOf(photo))
      try {
        return { photo, values: await decoder.pixels(source, method.inputSize, method.fit) };
      } catch (error) {
        if (!isPhotoError(error)) throw error;
      }
    return null;
  }

  async #findFaces(photos: readonly Input[]): Promise<void> {
    const { store, methodId, onPhotos } = this.#parts;
    const embedder = await this.#parts.embedder();
    // All are asked for at once, as there may be several threads; each is stored when it is there.
    await Promise.all(
      photos.map(async ({ photo, values }) => {
        if (this.#abort.signal.aborted || !(values instanceof Uint8Array)) return;
        const faces = facesInPhoto(await embedder.embed(values, 1), photo);
        if (store.writer.addFaces(methodId, photo.id, faces)) onPhotos([photo.id]);
      }),
    );
  }

  async #embed(batch: Input[]): Promise<void> {
    const { store, methodId, onPhotos } = this.#parts;
    const embedder = await this.#parts.embedder();
    let flat: Float32Array;
    try {
      flat = await vectorsOf(embedder, batch);
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

/** The vectors of a batch, one after the other. Its inputs are all of one sort. */
function vectorsOf(embedder: Embedder, batch: readonly Input[]): Promise<Float32Array> {
  const pixels: Uint8Array[] = [];
  const rows: number[] = [];
  for (const { values } of batch)
    if (values instanceof Uint8Array) pixels.push(values);
    else for (const x of values) rows.push(x);
  if (pixels.length > 0) return embedder.embed(Buffer.concat(pixels), batch.length);
  if (!embedder.fromVectors) throw new Error('this method computes no vectors from vectors');
  return embedder.fromVectors(Float32Array.from(rows));
}
