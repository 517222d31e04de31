/**
 * The training loop, the same for every kind of network: examples are held back for validation, the
 * others are shown epoch by epoch, the best weights are kept, and it ends when nothing gets better.
 *
 * All chance comes from the run's seed and the number of the epoch, so that a run which goes on after
 * a restart sees what it would have seen without one.
 */
import { setImmediate } from 'node:timers/promises';
import { LookalikeError, type ErrorData } from '../errors.ts';
import { Random } from '../random.ts';
import type { Backend, Scalar } from '../tensorflow/backend.ts';
import { MODEL_FILE } from '../tensorflow/autoencoder.ts';
import { writeTensors, writeWhole } from '../tensorflow/tensors-file.ts';
import { join } from 'node:path';
import { Checkpoints, type RunState } from './checkpoint.ts';
import type { Learner, LearnerKind } from './learner.ts';
import {
  identityOf,
  resultFile,
  type EpochReport,
  type TrainingProgress,
  type TrainingResult,
  type TrainingRun,
} from './run.ts';

/** What is told while it goes on. */
export interface TrainingListener {
  onEpoch: (report: EpochReport) => void;
  onProgress: (progress: TrainingProgress) => void;
}

/** One of so many examples is held back for validation. */
const validationPart = 10;
const progressEveryMs = 200;

/**
 * Trains until the end and writes the result into the run's folder. A checkpoint of the same run that
 * lies there is gone on from.
 *
 * @throws LookalikeError 'training-too-few', 'training-needs-native' or 'training-data-damaged' before
 *   it begins; 'training-diverged' when not one epoch ended well
 */
export async function train(
  backend: Backend,
  kind: LearnerKind,
  run: TrainingRun,
  listener: TrainingListener,
): Promise<TrainingResult> {
  checkPossible(backend, kind, run);
  const split = splitOf(run);
  const learner = await kind.create(backend.tf, run, split.examples);
  try {
    return await new Training(backend, kind, run, split, learner, listener).toEnd();
  } finally {
    learner.close();
  }
}

const otherMethods =
  'Methods without convolutions, such as autoencoder-dense, can be trained here.';

function checkPossible(
  backend: Backend,
  { title, needsNative, instead, leastExamples }: LearnerKind,
  { data, kind }: TrainingRun,
): void {
  if (needsNative && backend.name !== 'native')
    throw new LookalikeError(
      'training-needs-native',
      `Training ${title} (${kind}) needs native TensorFlow, but ` +
        `${backend.reason ?? 'WebAssembly was asked for'}. ${instead ?? otherMethods}`,
    );
  if (data.count < leastExamples)
    throw new LookalikeError(
      'training-too-few',
      `Training ${title} needs at least ${leastExamples} photos, and there are ${data.count}. ` +
        'Add a folder with more photos.',
    );
}

/** Rows of the data, rising: those that are learnt from, and those held back. */
interface Split {
  examples: Uint32Array;
  validation: Uint32Array;
}

function splitOf({ data, seed }: TrainingRun): Split {
  const all = Uint32Array.from({ length: data.count }, (_, row) => row);
  const shuffled = Uint32Array.from(new Random(seed, 'validation').shuffled(all));
  const heldBack = Math.max(1, Math.round(data.count / validationPart));
  return {
    validation: shuffled.slice(0, heldBack).sort(),
    examples: shuffled.slice(heldBack).sort(),
  };
}

/** Thrown within an epoch when the loss is no number any more. */
class Diverged extends Error {}

class Training {
  readonly #backend: Backend;
  readonly #kind: LearnerKind;
  readonly #run: TrainingRun;
  readonly #learner: Learner;
  readonly #listener: TrainingListener;
  readonly #checkpoints: Checkpoints;
  readonly #examples: Uint32Array;
  readonly #validation: Uint32Array;
  /** How often an epoch shows each example. */
  readonly #turns: number;
  readonly #startedAt = performance.now();
  #stepsHere = 0;
  #toldAt = 0;

  constructor(
    backend: Backend,
    kind: LearnerKind,
    run: TrainingRun,
    { examples, validation }: Split,
    learner: Learner,
    listener: TrainingListener,
  ) {
    this.#backend = backend;
    this.#kind = kind;
    this.#run = run;
    this.#learner = learner;
    this.#listener = listener;
    const identity = identityOf(run, kind.code, backend.name);
    this.#checkpoints = new Checkpoints(backend.tf, run, identity, learner.weights);
    this.#validation = validation;
    this.#examples = examples;
    this.#turns = kind.turns(this.#examples.length);
  }

  async toEnd(): Promise<TrainingResult> {
    const state = await this.#checkpoints.resume();
    const { epochs } = this.#run.settings;
    const secondsBefore = state.seconds;
    let ended: TrainingResult['ended'] = 'complete';
    while (state.losses.length < epochs) {
      if (this.#isNoBetter(state)) {
        ended = 'early';
        break;
      }
      try {
        await this.#epoch(state);
      } catch (error) {
        if (!(error instanceof Diverged)) throw error;
        ended = 'diverged';
        break;
      }
      state.seconds = secondsBefore + this.#secondsHere();
      await this.#checkpoints.save(state);
      this.#report(state);
    }
    return this.#finish(state, ended);
  }

  #isNoBetter({ losses, bestEpoch }: RunState): boolean {
    return losses.length - bestEpoch >= this.#run.settings.patience;
  }

  /** One epoch and its validation, noted in `state`; the weights are kept when it was the best. */
  async #epoch(state: RunState): Promise<void> {
    const { seed, settings } = this.#run;
    const random = new Random(seed, 'epoch', state.losses.length + 1);
    const { optimizer } = this.#checkpoints;
    const variables = this.#learner.weights.map(({ variable }) => variable);
    const loss = await this.#meanOver(
      Array.from({ length: this.#turns }, () => this.#arranged(random)),
      (batch) => {
        const value = optimizer.minimize(() => this.#learner.loss(batch, random), true, variables);
        if (!value) throw new Error('the optimizer gave no loss');
        return value;
      },
      () => {
        this.#stepsHere++;
        this.#tellProgress(state.losses.length, settings.epochs);
      },
    );
    const validationLoss = await this.#meanOver([this.#validation], (batch) =>
      this.#backend.tf.tidy(() => this.#learner.loss(batch, null)),
    );
    const best = state.losses[state.bestEpoch - 1]?.validationLoss ?? Infinity;
    state.losses.push({ loss, validationLoss });
    if (validationLoss < best) {
      state.bestEpoch = state.losses.length;
      await this.#checkpoints.keepBest();
    }
  }

  #arranged(random: Random): Uint32Array {
    return (
      this.#learner.arranged?.(this.#examples, random) ??
      Uint32Array.from(random.shuffled(this.#examples))
    );
  }

  /** The mean over the examples of some losses of batches. @throws Diverged */
  async #meanOver(
    rounds: readonly Uint32Array[],
    lossOf: (batch: Uint32Array) => Scalar,
    afterBatch: () => void = () => undefined,
  ): Promise<number> {
    const { batchSize } = this.#run.settings;
    let sum = 0;
    let count = 0;
    for (const examples of rounds)
      for (let start = 0; start < examples.length; start += batchSize) {
        const batch = examples.subarray(start, start + batchSize);
        const scalar = lossOf(batch);
        const [loss = NaN] = scalar.dataSync();
        scalar.dispose();
        if (!Number.isFinite(loss)) throw new Diverged();
        sum += loss * batch.length;
        count += batch.length;
        afterBatch();
        // TensorFlow computes synchronously: here the process can hear that the host is gone.
        await setImmediate();
      }
    return sum / count;
  }

  async #finish(state: RunState, ended: TrainingResult['ended']): Promise<TrainingResult> {
    const { kind, settings, seed, data, tail, labels, folder, program } = this.#run;
    if (state.bestEpoch === 0) throw this.#diverged(state);
    await this.#checkpoints.restoreBest();
    const sha256 = await writeTensors(
      join(folder, MODEL_FILE),
      this.#learner.finished(this.#examples),
    );
    const attributes = this.#learner.measured?.(this.#validation);
    const result: TrainingResult = {
      format: 1,
      kind,
      settings,
      seed,
      data: {
        version: data.version,
        training: this.#examples.length,
        validation: this.#validation.length,
      },
      labels,
      ...(attributes && { attributes }),
      code: { program, kind: this.#kind.code },
      backend: this.#backend.name,
      losses: state.losses,
      bestEpoch: state.bestEpoch,
      layers: tail?.layers ?? null,
      components: null,
      ended,
      problem: ended === 'diverged' ? toData(this.#diverged(state)) : null,
      seconds: state.seconds,
      sha256,
    };
    const { path, text } = resultFile(folder, result);
    await writeWhole(path, [Buffer.from(text)]);
    await this.#checkpoints.remove();
    return result;
  }

  #diverged({ losses, bestEpoch }: RunState): LookalikeError {
    const kept =
      bestEpoch === 0
        ? 'There is nothing to keep yet. Try again with a smaller learning rate, or other photos.'
        : `The network of epoch ${bestEpoch}, the best one, is kept.`;
    return new LookalikeError(
      'training-diverged',
      `In epoch ${losses.length + 1} of training ${this.#kind.title} the loss was no number any more, ` +
        `so that it was stopped. ${kept}`,
    );
  }

  #secondsHere(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  get #stepsPerEpoch(): number {
    return this.#turns * Math.ceil(this.#examples.length / this.#run.settings.batchSize);
  }

  #report({ losses }: RunState): void {
    const last = losses.at(-1);
    if (!last) return;
    const { epochs } = this.#run.settings;
    const stepsLeft = (epochs - losses.length) * this.#stepsPerEpoch;
    const secondsLeft = (this.#secondsHere() / this.#stepsHere) * stepsLeft;
    this.#listener.onEpoch({ epoch: losses.length, epochs, ...last, secondsLeft });
  }

  #tellProgress(epochsDone: number, epochs: number): void {
    const now = performance.now();
    if (now - this.#toldAt < progressEveryMs) return;
    this.#toldAt = now;
    const perEpoch = this.#stepsPerEpoch;
    const inEpoch = this.#stepsHere % perEpoch || perEpoch;
    this.#listener.onProgress({
      done: epochsDone * perEpoch + inEpoch,
      total: epochs * perEpoch,
    });
  }
}

function toData({ code, message }: LookalikeError): ErrorData {
  return { code, message };
}
