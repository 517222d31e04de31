/**
 * What a training run is given and what it leaves behind, as plain data.
 *
 * Everything of a run lives in one folder: the data (written by the host), a checkpoint while it goes
 * on, and in the end `model.safetensors` and `training.json`. So a run that was stopped, whatever
 * stopped it, goes on from its last epoch when it is started again with the same words.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { trainingDocument, type TrainingDocument } from '../documents.ts';
import { errorCodes, systemCode, type ErrorCode } from '../errors.ts';
import type { BackendName } from '../tensorflow/backend.ts';

/** The networks that can be trained. */
export const trainingKinds = [
  'autoencoder-dense',
  'autoencoder-conv',
  'triplet',
  'tuned-triplet',
  'pixels-pca',
  'attributes',
] as const;
export type TrainingKind = (typeof trainingKinds)[number];
/** Those that learn epoch by epoch. */
export type LearnerName = Exclude<TrainingKind, 'pixels-pca'>;

export interface TrainingSettings {
  /** How often, at most, all examples are seen; at least 1. */
  epochs: number;
  /** Epochs in a row without a better validation loss after which it ends early; at least 1. */
  patience: number;
  /** Examples between two steps, at least 1. */
  batchSize: number;
  /** The step size of the optimizer. */
  learningRate: number;
  /** Which loss, where a kind has several. */
  loss?: NonNullable<TrainingDocument['settings']>['loss'];
  /** Adam (Kingma and Ba 2015) where none is named, or Adadelta (Zeiler 2012). */
  optimizer?: NonNullable<TrainingDocument['settings']>['optimizer'];
}

export const defaultSettings: Readonly<TrainingSettings> = {
  epochs: 30,
  patience: 5,
  batchSize: 32,
  learningRate: 0.001,
};

/** What is learnt from: the rows of a file; see `rows-file.ts`. */
export interface TrainingData {
  path: string;
  count: number;
  /** Differs whenever the rows do. */
  version: string;
  /** The method, with its version, whose vectors the rows are; missing where they are pixels. */
  of?: string | undefined;
  /**
   * Pairs of labels whose photos are known not to be alike; of others with different labels nothing is
   * known. Missing: all photos with different labels are not alike.
   */
  apart?: [number, number][] | undefined;
  /** Of each photo, where attributes are learnt: how many vectors there are. */
  views?: number | undefined;
}

export interface TrainingRun {
  kind: TrainingKind;
  settings: TrainingSettings;
  /** The same seed and data give the same network on the same backend. */
  seed: number;
  data: TrainingData;
  /** The last layers of a network that ships, where they are trained, too. */
  tail?: { model: string; layers: number } | undefined;
  /** How many numbers are to be told by, where a person may choose. */
  dimensions?: number | undefined;
  /** What the account of the run says of its labels; null where it needs none. */
  labels: TrainingDocument['labels'];
  /** The same of its attributes, not yet measured; missing where none are learnt. */
  attributes?: TrainingDocument['attributes'];
  /** Where everything of this run lives; it exists. */
  folder: string;
  /** The version of the program, noted in the result. */
  program: string;
}

/** How an epoch went. A loss is a mean over the examples. */
export interface EpochLosses {
  loss: number;
  /** Over the examples held back, which nothing is learnt from. */
  validationLoss: number;
}

/** Told after each epoch. */
export interface EpochReport extends EpochLosses {
  /** From 1. */
  epoch: number;
  epochs: number;
  /** Until all epochs are done; it may end early. */
  secondsLeft: number;
}

/** Told several times a second: steps done and in all, those before a restart included. */
export interface TrainingProgress {
  done: number;
  total: number;
}

/** Why a run ended: all epochs done, no better any more, or a loss that is no number. */
export const endings = ['complete', 'early', 'diverged'] as const;

const number = z.number();
const errorCode = z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]);

/** `training.json`. */
const trainingResult = z.strictObject({
  format: z.literal(1),
  kind: z.enum(trainingKinds),
  /** Null where nothing is learnt by epochs; then there are no losses. */
  settings: trainingDocument.shape.settings,
  seed: number,
  data: z.strictObject({
    version: z.string(),
    /** Examples that were learnt from, and that were held back. */
    training: number,
    validation: number,
  }),
  /** Missing from before there were any. */
  labels: trainingDocument.shape.labels.default(null),
  attributes: trainingDocument.shape.attributes,
  /** The versions of the program and of the kind's own code. */
  code: z.strictObject({ program: z.string(), kind: number }),
  /** Null where any gives the same. */
  backend: z.enum(['native', 'wasm']).nullable(),
  /** One for each epoch. */
  losses: z.array(z.strictObject({ loss: number, validationLoss: number })),
  /** The one whose network was kept, from 1. */
  bestEpoch: number.nullable(),
  layers: trainingDocument.shape.layers.default(null),
  components: trainingDocument.shape.components.default(null),
  ended: z.enum(endings),
  /** What a person should know of the end; null when all is well. */
  problem: z.strictObject({ code: errorCode, message: z.string() }).nullable(),
  /** Time spent on all epochs, restarts included. */
  seconds: number,
  /** SHA-256 of the network's numbers: its version. */
  sha256: z.string(),
});

export type TrainingResult = z.infer<typeof trainingResult>;

const RESULT_FILE = 'training.json';

/** The text of `training.json`, and its place in the run's folder. */
export function resultFile(folder: string, result: TrainingResult): { path: string; text: string } {
  return { path: join(folder, RESULT_FILE), text: `${JSON.stringify(result, undefined, 2)}\n` };
}

/**
 * The result of the run in `folder`; undefined as long as it has not ended.
 *
 * @throws an Error when the file is there, but damaged
 */
export async function readResult(folder: string): Promise<TrainingResult | undefined> {
  try {
    return trainingResult.parse(JSON.parse(await readFile(join(folder, RESULT_FILE), 'utf8')));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * What must be equal for a checkpoint to be gone on from. The number of epochs may change, and the
 * folder may move.
 */
export function identityOf(
  { kind, settings, seed, data, tail }: TrainingRun,
  code: number,
  backend: BackendName,
): string {
  const { batchSize, learningRate, loss, optimizer } = settings;
  const learning = [batchSize, learningRate, loss ?? null, optimizer ?? null];
  const all = [kind, code, backend, ...learning, seed, data.version];
  return JSON.stringify(tail ? [...all, tail.layers] : all);
}
