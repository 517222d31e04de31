/**
 * What every way of turning a photo into a vector tells of itself.
 */
import type { EmbedderOptions, Embedder } from '../tensorflow/embedder.ts';

/** A method, and how to run it. */
export interface Method {
  /** As it stands in the database and in JSON; never changes its meaning. */
  readonly id: string;
  readonly name: string;
  /** What it finds, for a person. */
  readonly sentence: string;
  /** The length of its vectors. */
  readonly dimensions: number;
  /** How its vectors are compared. They have length 1, so the cosine is their dot product. */
  readonly metric: 'cosine';
  /** Width and height, in pixels, of the photos it takes. */
  readonly inputSize: number;
  /** Differs whenever vectors of before can no longer be compared with new ones. */
  readonly version: string;
  readonly weights: { readonly sha256: string };
  /** Starts what computes the vectors; see `createEmbedder` for its errors. */
  readonly createEmbedder: (options: MethodOptions) => Promise<Embedder>;
}

/** The options of `createEmbedder`, but for the model, which the method knows. */
export type MethodOptions = Omit<EmbedderOptions, 'model'>;
