/**
 * The middle of a photo's way: decode → embed → write, all three at the same time. A bounded number
 * of photos is under way, so memory stays flat however long the list is.
 */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { isLookalikeError, toErrorData, type ErrorData, type LookalikeError } from '../errors.ts';
import type { Decoder } from '../photos/decoder.ts';
import type { Decoded } from '../photos/decoder-process.ts';
import { Slots } from '../photos/slots.ts';
import { checkFolder } from '../photos/walk.ts';
import type { Store } from '../store/store.ts';
import type { Embedder } from '../methods/registry.ts';
import { BATCH_SIZE } from '../tensorflow/embedder.ts';
import type { Candidate } from './plan.ts';

/** Photos under way: enough for a batch being decoded, one waiting and two being embedded. */
const underWay = BATCH_SIZE * 4;
/** A batch that does not fill is embedded after this time. */
const fillWithinMs = 150;

export interface PipelineParts {
  store: Pick<Store, 'writer' | 'thumbnails'>;
  methodId: number;
  decoder: Decoder;
  /** Starts the model when the first photo needs it. */
  embedder: () => Promise<Embedder>;
  inputSize: number;
}

/** What became of a candidate. */
export type Outcome =
  | { kind: 'indexed'; photoId: number }
  | { kind: 'failed' }
  /** The file was deleted meanwhile. */
  | { kind: 'vanished' }
  /** The folder of the candidate cannot be reached any more. */
  | { kind: 'offline' };

interface Item {
  candidate: Candidate;
  decoded: Decoded;
  settle: (outcome: Outcome) => void;
  fail: (error: unknown) => void;
}

export class Pipeline {
  readonly #parts: PipelineParts;
  readonly #slots = new Slots(underWay);
  readonly #stopped = new AbortController();
  #batch: Item[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
  }

  /**
   * Sends a photo on its way. Resolves to `arrived` once there is room for it, so that a caller who
   * waits for that is never too far ahead.
   */
  async send(candidate: Candidate): Promise<{ arrived: Promise<Outcome> }> {
    const release = await this.#slots.take();
    const arrived = this.#decode(candidate).finally(release);
    // Whoever sent it looks at it later; until then a failure is not unhandled.
    arrived.catch(() => undefined);
    return { arrived };
  }

  /** Photos that wait for the decoder are left: they end with the error `cancelled`. */
  stop(): void {
    this.#stopped.abort();
  }

  async #decode(candidate: Candidate): Promise<Outcome> {
    const { decoder, inputSize } = this.#parts;
    let decoded: Decoded;
    try {
      decoded = await decoder.decode(
        { path: join(candidate.root, candidate.relativePath) },
        inputSize,
        this.#stopped.signal,
      );
    } catch (error) {
      if (!isPhotoError(error)) throw error;
      const gone = await whatIsGone(candidate);
      return gone ? { kind: gone } : this.#failed(candidate, toErrorData(error));
    }
    return new Promise<Outcome>((settle, fail) => {
      this.#batch.push({ candidate, decoded, settle, fail });
      if (this.#batch.length >= BATCH_SIZE) this.#flush();
      else
        this.#timer ??= setTimeout(() => {
          this.#flush();
        }, fillWithinMs);
    });
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#batch;
    this.#batch = [];
    if (batch.length > 0)
      this.#embedAndWrite(batch).catch((error: unknown) => {
        for (const { fail } of batch) fail(error);
      });
  }

  async #embedAndWrite(batch: readonly Item[]): Promise<void> {
    let vectors: Float32Array[];
    try {
      vectors = await this.#embed(batch);
    } catch (error) {
      if (!isLookalikeError(error, 'photo-no-vector')) throw error;
      if (batch.length > 1) {
        for (const item of batch) await this.#embedAndWrite([item]);
        return;
      }
      for (const { candidate, settle } of batch)
        settle(this.#failed(candidate, toErrorData(error)));
      return;
    }
    const { store, methodId } = this.#parts;
    // Thumbnails first: a photo without one would have to be decoded again, one without photo is
    // only swept up later.
    store.thumbnails.add(batch.map(({ decoded }) => decoded));
    const photoIds = store.writer.addPhotos(
      methodId,
      batch.map(({ candidate, decoded }, i) => ({
        photoId: candidate.known?.sha256 === decoded.sha256 ? candidate.known.id : null,
        folderId: candidate.folderId,
        relativePath: candidate.relativePath,
        bytes: candidate.bytes,
        modifiedAt: candidate.modifiedAt,
        sha256: decoded.sha256,
        width: decoded.width,
        height: decoded.height,
        takenAt: decoded.takenAt,
        vector: vectors[i] ?? new Float32Array(0),
        damage: decoded.damage === null ? null : { code: 'photo-damaged', message: decoded.damage },
      })),
    );
    for (const [i, { settle }] of batch.entries())
      settle({ kind: 'indexed', photoId: photoIds[i] ?? 0 });
  }

  /** One vector for each photo of the batch. A worker that was lost is tried once more. */
  async #embed(batch: readonly Item[]): Promise<Float32Array[]> {
    const embedder = await this.#parts.embedder();
    let flat: Float32Array;
    try {
      flat = await embedder.embed(pixelsOf(batch), batch.length);
    } catch (error) {
      if (!isLookalikeError(error, 'process-died')) throw error;
      flat = await embedder.embed(pixelsOf(batch), batch.length);
    }
    const dimensions = flat.length / batch.length;
    return batch.map((_, i) => flat.slice(i * dimensions, (i + 1) * dimensions));
  }

  #failed(candidate: Candidate, error: ErrorData): Outcome {
    this.#parts.store.writer.addFailure(candidate, error);
    return { kind: 'failed' };
  }
}

/** The pixels of a batch, one photo after the other. A fresh copy, as the embedder takes it over. */
function pixelsOf(batch: readonly Item[]): Uint8Array {
  const size = batch[0]?.decoded.pixels.length ?? 0;
  const pixels = new Uint8Array(size * batch.length);
  for (const [i, { decoded }] of batch.entries()) pixels.set(decoded.pixels, i * size);
  return pixels;
}

/** Whether an error is about one photo, so that others can go on. */
export function isPhotoError(error: unknown): error is LookalikeError {
  return (
    isLookalikeError(error) && (error.code.startsWith('photo-') || error.code === 'not-a-photo')
  );
}

async function whatIsGone({
  root,
  relativePath,
}: Candidate): Promise<'vanished' | 'offline' | null> {
  try {
    await lstat(join(root, relativePath));
    return null;
  } catch {
    return checkFolder(root).then(
      () => 'vanished',
      () => 'offline',
    );
  }
}
