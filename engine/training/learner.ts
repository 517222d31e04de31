/**
 * What the training loop has to know of a network. A kind of network is one file that makes such a
 * learner, and one line in `kinds.ts`; epochs, checkpoints and the rest are the loop's.
 */
import type { Random } from '../random.ts';
import type { Scalar, TensorFlowCore } from '../tensorflow/backend.ts';
import type { Weight } from '../tensorflow/layers.ts';
import type { TensorsFile } from '../tensorflow/tensors-file.ts';
import type { TrainedAttributes } from '../attribute-settings.ts';
import type { TrainingRun, TrainingSettings } from './run.ts';

/** Weights that are learnt, and the loss that says how well. */
export interface Learner {
  /** All that training changes, under names that are the same in every process. */
  readonly weights: readonly Weight[];
  /**
   * The mean loss over some examples, as TensorFlow.js operations of `weights`; it is called inside
   * a tidy.
   *
   * @param examples rows of the data
   * @param random what training examples are varied with; null where they are measured as they are
   */
  loss(examples: Uint32Array, random: Random | null): Scalar;
  /**
   * The order in which an epoch shows its examples, where it matters which come into one batch;
   * otherwise it is one of chance.
   */
  arranged?(examples: Uint32Array, random: Random): Uint32Array;
  /**
   * The network as it is to be used, made when the best weights are in place.
   *
   * @param examples the rows that were learnt from
   */
  finished(examples: Uint32Array): TensorsFile;
  /** What the account says of the attributes that were learnt, where some were, by the best weights. */
  measured?(validation: Uint32Array): TrainedAttributes;
  /** Closes the data. */
  close(): void;
}

/** A kind of network. */
export interface LearnerKind {
  /** Counts up whenever the same seed and data would give another network. */
  readonly code: number;
  /** Whether it has convolutions, which only native TensorFlow can train. */
  readonly needsNative: boolean;
  /** What a person can do without native TensorFlow, as a sentence, where it is not another method. */
  readonly instead?: string;
  /** How a person calls it, in a sentence: "the dense auto-encoder". */
  readonly title: string;
  /** Fewer examples than this are refused. */
  readonly leastExamples: number;
  /** What differs from the usual settings. */
  readonly settings?: Partial<Pick<TrainingSettings, 'batchSize' | 'learningRate'>>;
  /** How often an epoch shows each of `count` examples, varied each time. */
  readonly turns: (count: number) => number;
  /**
   * Makes it, not having learnt anything.
   *
   * @param examples the rows that will be learnt from; the others are held back
   * @throws LookalikeError 'training-data-damaged'
   */
  readonly create: (
    tf: TensorFlowCore,
    run: TrainingRun,
    examples: Uint32Array,
  ) => Learner | Promise<Learner>;
}
