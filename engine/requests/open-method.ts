/**
 * One method of an open library: its vectors in the search process, its model, and its clusters.
 */
import type { Method } from '../methods/registry.ts';
import type { ClusterSettings } from '../clusters/finder.ts';
import type { Source } from '../photos/decoder-process.ts';
import type {
  FoundLookalike,
  MethodRequests,
  SearchedMethod,
  SearchQuery,
} from '../search/process.ts';
import type { Neighbour } from '../search/top.ts';
import { ClusterRuns } from './cluster-runs.ts';
import type { Context } from './context.ts';
import type { Model } from './model.ts';

/** A picture from outside with its vector. */
export interface EmbeddedPicture {
  sha256: string;
  vector: Float32Array;
  /** After orientation. */
  width: number;
  height: number;
}

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
    const { dimensions, metric, similarFrom } = method;
    this.#searched = { id: rowId, dimensions, metric, similarFrom };
    this.runs = new ClusterRuns(context, this);
  }

  get id(): string {
    return this.method.id;
  }

  /** How many photos have a vector of it. */
  get photos(): number {
    return this.#context.parts.store.reader.vectorCount(this.rowId);
  }

  /** The stored vector of a photo, if there is one. */
  vector(photoId: number): Float32Array | undefined {
    return this.#context.parts.store.reader.vector(this.rowId, photoId);
  }

  hasVector(photoId: number): boolean {
    return this.#context.parts.store.reader.hasVector(this.rowId, photoId);
  }

  /**
   * Lookalikes of a query among all photos that have a vector by now, each judged. Throws as `Search.ask`.
   * @param within their largest distance; null for any
   */
  find(query: SearchQuery, k: number, within: number | null): Promise<FoundLookalike[]> {
    return this.ask('find', { query, k, within, hidden: this.#context.extraCopies() });
  }

  /** The nearest photos of many queries at once, not judged. Throws as `Search.ask`. */
  nearest(queries: SearchQuery[], k: number): Promise<Neighbour[][]> {
    return this.ask('nearest', { queries, k, hidden: this.#context.extraCopies() });
  }

  /** Clusters of all photos that have a vector by now. Throws as `Search.ask`, and `cancelled`. */
  cluster(settings: ClusterSettings): Promise<MethodRequests['cluster']['result']> {
    return this.ask('cluster', { settings });
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
    const decoded = await this.#context.parts.decoder.decode(source, this.method.inputSize);
    const embedder = await this.model.embedder();
    const vector = await embedder.embed(decoded.pixels, 1);
    const { sha256, width, height } = decoded;
    return { sha256, vector, width, height };
  }
}
