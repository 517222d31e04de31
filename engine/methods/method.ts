/**
 * What every way of turning a photo into a vector tells of itself.
 */
import type { OwnModel } from '../model-values.ts';
import type { Fit } from '../photos/decode.ts';
import type { TrainingKind } from '../training/run.ts';
import type { Embedder as Model, EmbedderOptions } from '../tensorflow/embedder.ts';

/** What there is to say of a method whether or not it can be used now. */
export interface MethodFacts {
  /** As it stands in the database and in JSON; never changes its meaning. */
  readonly id: string;
  readonly name: string;
  /** What it finds, for a person. */
  readonly sentence: string;
  /** What it needs and costs, for a person. */
  readonly needs: string;
  /** How its vectors are compared; see `search/metric.ts` for what they have to be like. */
  readonly metric: 'cosine' | 'euclidean';
  /** Whether it learns from the library itself, and so has to be trained before it is used. */
  readonly trains: boolean;
  /** What its vectors are of: whole photos, one of each, or the faces in them, none or several. */
  readonly finds: 'photos' | 'faces';
  /** Of a model of a person's own: what it is run with, null when that cannot be told. */
  readonly own?: OwnModel | null;
}

/** A method that can be used, and how to run it. */
export interface Method extends MethodFacts {
  /** The length of its vectors. */
  readonly dimensions: number;
  /** From where on a lookalike counts as similar; see `search/judge.ts`. */
  readonly similarFrom: { readonly score: number; readonly similarity: number };
  /** Width and height, in pixels, of the photos it takes. */
  readonly inputSize: number;
  /** How a photo is brought into that square. */
  readonly fit: Fit;
  /** The method from whose stored vectors its own are computed; else they come from photos. */
  readonly vectorsOf?: string;
  /** Differs whenever vectors of before can no longer be compared with new ones. */
  readonly version: string;
  /** The network's numbers; null where there is no network. */
  readonly weights: { readonly sha256: string } | null;
  /** What a stored vector says in words, the most probable `count` first; only where its numbers have names. */
  readonly classesOf?: (vector: Float32Array, count: number) => ClassGuess[];
  /** What its numbers mean, where each is an attribute: their names, and the number that is certainty. */
  readonly attributes?: { readonly names: readonly string[]; readonly unit: number };
  /** Starts what computes the vectors. @throws LookalikeError `weights-damaged`, `tensorflow-unavailable` */
  readonly createEmbedder: (options: MethodOptions) => Promise<Embedder>;
}

/** What a method would call a photo, and how probable that is, 0…1. */
export interface ClassGuess {
  name: string;
  probability: number;
}

/** The options of `createEmbedder`, but for the model and its head, which the method knows. */
export type MethodOptions = Omit<EmbedderOptions, 'model' | 'head' | 'tuned' | 'trunkOf'>;

/**
 * What computes the vectors of a method. One that finds faces takes one photo at a time, and gives a
 * row for each face that `facesInPhoto` reads.
 */
export interface Embedder
  extends Pick<Model, 'embed' | 'close'>, Partial<Pick<Model, 'reconstruct'>> {
  /** The vectors from those of the method `vectorsOf`, rows one after the other; where there is such a method. */
  fromVectors?(rows: Float32Array): Promise<Float32Array<ArrayBuffer>>;
  /** How TensorFlow computes, and why so; null where it is not needed. */
  readonly backend: Model['backend'] | null;
  readonly reason: string | null;
}

/** Where a method finds its files. */
export interface MethodPlaces {
  /** The folder `native-models`, wherever it was installed. */
  modelsFolder: string;
  /** Where what this method learnt from the library is, whether or not anything is there. */
  trainedFolder: string;
}

/**
 * What a method learns with: a kind of network, and either the width and height of the photos it sees,
 * or the method whose stored vectors it sees, each with a label, or the one whose vectors of photos and
 * of varied photos it sees, each with attributes.
 */
export type MethodTraining =
  | {
      readonly kind: TrainingKind;
      readonly side: number;
      /** Whether a person chooses the length of its vectors. */
      readonly choosesDimensions?: boolean;
    }
  | { readonly kind: TrainingKind; readonly vectorsOf: string; readonly lastLayers?: LastLayers }
  | { readonly kind: TrainingKind; readonly attributesOf: string };

/** A training of the last layers of a network that ships, which needs native TensorFlow. */
export interface LastLayers {
  readonly kind: TrainingKind;
  /** The folder of the network. */
  readonly modelIn: (modelsFolder: string) => string;
  /** Starts what comes before the last `count` layers. @throws LookalikeError as `createEmbedder` */
  readonly openTrunk: (modelsFolder: string, count: number) => Promise<Trunk>;
}

/** What stays as it is while the last layers are trained. */
export interface Trunk extends Pick<Model, 'lastMap' | 'close'> {
  /** Width and height, in pixels, of the photos it takes. */
  readonly inputSize: number;
  /** How many numbers it gives for a photo. */
  readonly numbers: number;
}

/** A line of the registry. */
export interface MethodEntry {
  readonly facts: MethodFacts;
  /** Where it trains. */
  readonly training?: MethodTraining;
  /**
   * Loads what there is to know of it; no weights are read and nothing is started yet.
   * @throws LookalikeError `weights-damaged`, naming the file, when its description is unusable;
   *   `method-untrained` when it has learnt nothing yet
   */
  readonly load: (places: MethodPlaces) => Promise<Method>;
}
