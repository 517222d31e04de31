/**
 * A run half way, on disk: the weights, what the optimizer knows, the losses so far, and the best
 * weights yet. Written after each epoch, whole or not at all, so that a run whose process was killed
 * loses one epoch at most.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Optimizer, TensorFlowCore } from '../tensorflow/backend.ts';
import { storedWeights, type Weight } from '../tensorflow/layers.ts';
import {
  readTensors,
  writeTensors,
  type CheckedTensors,
  type StoredTensor,
} from '../tensorflow/tensors-file.ts';
import type { EpochLosses, TrainingRun } from './run.ts';

const CHECKPOINT_FILE = 'checkpoint.safetensors';
const BEST_FILE = 'best.safetensors';
/** The name of the progress within the metadata, and what comes before the optimizer's arrays. */
const PROGRESS = 'progress';
const OPTIMIZER = 'optimizer';

const progress = z.strictObject({
  /** See `identityOf`: the run that this belongs to. */
  identity: z.string(),
  losses: z.array(z.strictObject({ loss: z.number(), validationLoss: z.number() })),
  /** From 1; 0 before the first. */
  bestEpoch: z.int().nonnegative(),
  seconds: z.number(),
});

/** How far a run is. */
export interface RunState {
  losses: EpochLosses[];
  /** From 1; 0 before the first. */
  bestEpoch: number;
  /** Time spent so far. */
  seconds: number;
}

/** What a run changes, its weights and its optimizer, and their copies on disk. */
export class Checkpoints {
  readonly #tf: TensorFlowCore;
  readonly #run: TrainingRun;
  readonly #identity: string;
  readonly #weights: readonly Weight[];
  #optimizer: Optimizer;

  /** @param identity that of the run; see `identityOf` */
  constructor(tf: TensorFlowCore, run: TrainingRun, identity: string, weights: readonly Weight[]) {
    this.#tf = tf;
    this.#run = run;
    this.#identity = identity;
    this.#weights = weights;
    this.#optimizer = optimizerOf(tf, run);
  }

  /** Another one after each `save` and `resume`. */
  get optimizer(): Optimizer {
    return this.#optimizer;
  }

  /** Puts the last checkpoint of this run in place. Without one, or with a damaged one, it begins. */
  async resume(): Promise<RunState> {
    const begin: RunState = { losses: [], bestEpoch: 0, seconds: 0 };
    let file: CheckedTensors;
    let state: z.infer<typeof progress>;
    try {
      file = await readTensors(this.#path(CHECKPOINT_FILE));
      state = progress.parse(JSON.parse(file.metadata[PROGRESS] ?? 'null'));
      // The best weights are in a file of their own, which is tried before it is relied on.
      await readTensors(this.#path(BEST_FILE));
    } catch {
      return begin;
    }
    const { identity, ...reached } = state;
    if (identity !== this.#identity) return begin;
    this.#assign(file);
    const ofOptimizer = [...file.tensors].filter(([name]) => name.startsWith(OPTIMIZER));
    await this.#renewOptimizer(ofOptimizer.map(([, tensor]) => tensor));
    return reached;
  }

  /** Keeps the weights as they are as the best ones yet. */
  async keepBest(): Promise<void> {
    await writeTensors(this.#path(BEST_FILE), { metadata: {}, tensors: this.#stored() });
  }

  /** Puts the best weights in place. */
  async restoreBest(): Promise<void> {
    this.#assign(await readTensors(this.#path(BEST_FILE)));
  }

  /**
   * Writes where the run stands. It then goes on with an optimizer made from what was written, as
   * after a restart: Adam rounds its powers of β in another way when it is loaded, and a run that was
   * interrupted has to give the same network as one that was not.
   */
  async save(state: RunState): Promise<void> {
    const held = (await this.#optimizer.getWeights()).map(({ tensor }) => tensor);
    const optimizer = held.map((tensor): StoredTensor => ({
      shape: tensor.shape,
      values: Float32Array.from(tensor.dataSync()),
    }));
    // The first, the number of steps, was made for this; the others are the optimizer's own.
    held[0]?.dispose();
    await writeTensors(this.#path(CHECKPOINT_FILE), {
      metadata: { [PROGRESS]: JSON.stringify({ identity: this.#identity, ...state }) },
      tensors: new Map([
        ...this.#stored(),
        ...optimizer.map((tensor, index) => [`${OPTIMIZER}.${index}`, tensor] as const),
      ]),
    });
    await this.#renewOptimizer(optimizer);
  }

  /** Removes what only an unfinished run needs. */
  async remove(): Promise<void> {
    for (const file of [CHECKPOINT_FILE, BEST_FILE]) await rm(this.#path(file), { force: true });
  }

  #stored(): Map<string, StoredTensor> {
    return new Map(
      this.#weights.map(({ name, variable }) => [
        name,
        { shape: variable.shape, values: variable.dataSync<'float32'>() },
      ]),
    );
  }

  #assign(file: CheckedTensors): void {
    const source = storedWeights(file.tensors);
    for (const { name, variable } of this.#weights) {
      const values = this.#tf.tensor(source(name, variable.shape, 'linear'), variable.shape);
      variable.assign(values);
      values.dispose();
    }
  }

  async #renewOptimizer(stored: readonly StoredTensor[]): Promise<void> {
    this.#optimizer.dispose();
    this.#optimizer = optimizerOf(this.#tf, this.#run);
    const tensors = stored.map(({ shape, values }) => this.#tf.tensor(values, shape));
    // It keeps copies. The order counts, the names do not.
    await this.#optimizer.setWeights(tensors.map((tensor) => ({ name: OPTIMIZER, tensor })));
    this.#tf.dispose(tensors);
  }

  #path(file: string): string {
    return join(this.#run.folder, file);
  }
}

function optimizerOf(tf: TensorFlowCore, { settings }: TrainingRun): Optimizer {
  return settings.optimizer === 'adadelta'
    ? tf.train.adadelta(settings.learningRate)
    : tf.train.adam(settings.learningRate);
}
