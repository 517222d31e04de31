/**
 * One method of an open library: its vectors in the search process, its model, and its clusters.
 */
import type { FaceBox } from '../contract.ts';
import { facesInPhoto, type Method } from '../methods/registry.ts';
import type { ClusterSettings, FoundClusters } from '../clusters/finder.ts';
import { unpackClusters } from '../clusters/packed.ts';
import type { Source } from '../photos/decoder-process.ts';
import type {
  FoundLookalike,
  MethodRequests,
  SearchedMethod,
  SearchQuery,
} from '../search/process.ts';
import type { Description } from '../search/described.ts';
import type { NearestPhoto } from '../search/nearest-photos.ts';
import type { Neighbour } from '../search/top.ts';
import type { FaceRow, FoundFace } from '../store/face-reader.ts';
import type { PhotoRow } from '../store/reader.ts';
import { ClusterRuns } from './cluster-runs.ts';
import type { Context } from './context.ts';
import type { Model } from './model.ts';
import { slices, type Breathe } from './slices.ts';

/** A picture from outside with its vectors. */
export interface EmbeddedPicture {
  sha256: string;
  /** One of the whole picture, or one of each face, the largest first. */
  vectors: Float32Array[];
  /** Where the faces are; empty where whole pictures are compared. */
  faces: FaceBox[];
  /** After orientation. */
  width: number;
  height: number;
}

/** The photo of a row. */
export interface PhotoOfRow {
  photo: PhotoRow;
  /** Where the row's face is in it; null where the row is the photo. */
  face: FaceBox | null;
  /** The place of the row among those that were asked for. */
  index: number;
}

/** About as many lookalikes as a window asks for. */
const askedToGetReady = 13;

export class OpenMethod {
  readonly method: Method;
  /** As the database numbers this version of it. */
  readonly rowId: number;
  readonly model: Model;
  readonly runs: ClusterRuns;
  readonly #context: Context;
  readonly #searched: SearchedMethod;

  constructor(context: Context, method: Method, rowId: number, model: Model) {
    this.#context = context;
    this.method = method;
    this.rowId = rowId;
    this.model = model;
    const { dimensions, metric, similarFrom, finds } = method;
    this.#searched = { id: rowId, dimensions, metric, similarFrom, finds };
    this.runs = new ClusterRuns(context, this);
  }

  get id(): string {
    return this.method.id;
  }

  get findsFaces(): boolean {
    return this.method.finds === 'faces';
  }

  /** How many photos it has looked at: each has a vector of it, or any number of faces. */
  get photos(): number {
    const { reader } = this.#context.parts.store;
    return this.findsFaces ? reader.faces.lookedCount(this.rowId) : reader.vectorCount(this.rowId);
  }

  /** The stored vector of a photo, if there is one; where faces are compared, that of the largest. */
  vector(photoId: number): Float32Array | undefined {
    const { reader } = this.#context.parts.store;
    return this.findsFaces
      ? reader.faces.ofPhoto(this.rowId, photoId)[0]?.vector
      : reader.vector(this.rowId, photoId);
  }

  hasVector(photoId: number): boolean {
    const { reader } = this.#context.parts.store;
    return this.findsFaces
      ? reader.faces.ofPhoto(this.rowId, photoId).length > 0
      : reader.hasVector(this.rowId, photoId);
  }

  /** How many rows there are and the last id: together they differ whenever the set does. */
  rowState(): { count: number; lastId: number } {
    const { reader } = this.#context.parts.store;
    return this.findsFaces ? reader.faces.state(this.rowId) : reader.vectorState(this.rowId);
  }

  /** How many photos have a vector, or a face, and the last of them. */
  photoState(): { count: number; lastId: number } {
    const { reader } = this.#context.parts.store;
    return this.findsFaces ? reader.faces.photoState(this.rowId) : reader.vectorState(this.rowId);
  }

  /** From rows (photos, or faces in them) to their photos; undefined for faces that are gone. */
  photoOfRow(): (row: number) => number | undefined {
    if (!this.findsFaces) return (row) => row;
    const photos = this.#context.parts.store.reader.faces.photos(this.rowId);
    return (row) => photos.get(row);
  }

  /**
   * The photos of rows, each once, by the first of its rows, in the same order. Those deleted
   * meanwhile are left out. Takes long for many rows.
   * @param most how many photos are wanted
   */
  async photosOfRows(
    rows: Iterable<number>,
    most = Infinity,
    breathe: Breathe = slices(),
  ): Promise<PhotoOfRow[]> {
    const { reader } = this.#context.parts.store;
    const found = new Map<number, PhotoOfRow>();
    let index = -1;
    for (const row of rows) {
      if (found.size >= most) break;
      index += 1;
      const face = this.findsFaces ? reader.faces.face(row) : undefined;
      const photo = reader.photo(face ? face.photoId : row);
      await breathe();
      if (!photo || (this.findsFaces && !face) || found.has(photo.id)) continue;
      found.set(photo.id, { photo, face: face ? boxOf(face) : null, index });
    }
    return [...found.values()];
  }

  /** Where the face of a row is; null where the row is a photo, or gone. */
  boxOfRow(row: number): FaceBox | null {
    if (!this.findsFaces) return null;
    const face = this.#context.parts.store.reader.faces.face(row);
    return face ? boxOf(face) : null;
  }

  /**
   * The faces of a photo of the library, the largest first. They are looked for and stored now where
   * the method has not come to it yet.
   * @throws LookalikeError a `photo-…` code, or as `Model.embedder`
   */
  async facesOf(photo: PhotoRow): Promise<FaceRow[]> {
    const { store, changes } = this.#context.parts;
    if (!store.reader.faces.isLookedAt(this.rowId, photo.id)) {
      const found = await this.#findFaces(photo);
      if (store.writer.addFaces(this.rowId, photo.id, found)) changes.addVectors([photo.id]);
    }
    return store.reader.faces.ofPhoto(this.rowId, photo.id);
  }

  async #findFaces(photo: PhotoRow): Promise<FoundFace[]> {
    const { decoder } = this.#context.parts;
    const { inputSize, fit } = this.method;
    const [best, ...others] = this.#context.sourcesOf(photo, inputSize);
    let pixels = decoder.pixels(best, inputSize, fit);
    for (const other of others) pixels = pixels.catch(() => decoder.pixels(other, inputSize, fit));
    const embedder = await this.model.embedder();
    return facesInPhoto(await embedder.embed(await pixels, 1), photo);
  }

  /**
   * Lookalikes of a query among all photos that have a vector by now, each judged. Throws as `Search.ask`.
   * @param within their largest distance; null for any
   */
  find(query: SearchQuery, k: number, within: number | null): Promise<FoundLookalike[]> {
    return this.ask('find', { query, k, within, hidden: this.#context.extraCopies() });
  }

  /** The nearest photos of many queries at once, not judged. Throws as `Search.ask`. */
  nearest(queries: SearchQuery[], k: number): Promise<NearestPhoto[][]> {
    return this.ask('nearest', { queries, k, hidden: this.#context.extraCopies() });
  }

  /** The photos that fit a description best. Throws as `Search.ask`. */
  describedBest(description: Description, k: number): Promise<Neighbour[]> {
    return this.ask('describe', { description, k, hidden: this.#context.extraCopies() });
  }

  /** Clusters of all photos that have a vector by now. Throws as `Search.ask`, and `cancelled`. */
  async cluster(settings: ClusterSettings): Promise<FoundClusters> {
    return unpackClusters(await this.ask('cluster', { settings }));
  }

  /**
   * Asks what nobody waits for, where there is anything to ask about: after that the search process
   * runs, has the vectors, and its code and that of the host are as quick as they get.
   */
  async getReady(): Promise<void> {
    const { lastId } = this.photoState();
    if (lastId === 0) return;
    this.runs.clusterOf(lastId);
    await this.find({ of: { photo: lastId }, except: [] }, askedToGetReady, null);
  }

  /** Asks the search process about this method. Throws as `Search.ask`. */
  ask<Name extends keyof MethodRequests>(
    name: Name,
    params: MethodRequests[Name]['params'],
  ): Promise<MethodRequests[Name]['result']> {
    this.#context.parts.changes.tellSearch();
    return this.#context.parts.search.ask(name, this.#searched, params);
  }

  /** Decodes and embeds a picture. @throws LookalikeError a `photo-…` code, or as `Model.embedder` */
  async embed(source: Source): Promise<EmbeddedPicture> {
    const { inputSize, fit } = this.method;
    const decoded = await this.#context.parts.decoder.decode(
      ...([source, inputSize, undefined, fit] as const),
    );
    const embedder = await this.model.embedder();
    const rows = await embedder.embed(decoded.pixels, 1);
    const { sha256, width, height } = decoded;
    if (!this.findsFaces) return { sha256, width, height, vectors: [rows], faces: [] };
    const faces = facesInPhoto(rows, decoded).sort(
      (a, b) => b.width * b.height - a.width * a.height,
    );
    const vectors = faces.map(({ vector }) => vector);
    return { sha256, width, height, vectors, faces: faces.map(boxOf) };
  }
}

export function boxOf({ x, y, width, height }: FaceBox): FaceBox {
  return { x, y, width, height };
}
