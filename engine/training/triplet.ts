/**
 * The triplet network learns from labels: photos of the same label are to lie nearer together than
 * photos of different ones. It refines the vectors of ImageNet features; see `refinement.ts`.
 *
 * The loss is that of Schroff, Kalenichenko and Philbin 2015, "FaceNet: A unified embedding for face
 * recognition and clustering": of an anchor, a positive of its label and a negative of another one,
 * max(0, margin + d(anchor, positive) − d(anchor, negative)), d being the squared Euclidean distance.
 * Negatives are chosen within the batch, semi-hard.
 *
 * Labels say nothing of kinds that nobody labelled. So that these do not suffer, a second term of the
 * loss keeps the new vectors near the old ones, and half of the hidden numbers are dropped at
 * each step (Srivastava et al. 2014, "Dropout").
 *
 * Measured on `photos/objects` with the usual settings and the seeds 1 to 4, precision at 5 of ImageNet
 * features and of this. Queries held out of training: .919 → .972, .921 → .970, .947 → .976, .929 → .952.
 * Eleven kinds never seen, searched among themselves: .985 → .984, .972 → .973, .965 → .964, .970 → .970;
 * among all: .958 → .955, .916 → .909, .948 → .944, .942 → .938. With a tenth of the nearness or none, these
 * lose .02 after 30 epochs. The figures of seed 1 are the same on WebAssembly.
 *
 * What is learnt where labels come from marks of pairs, see `known-apart.ts`.
 */
import { Random } from '../random.ts';
import { buildRefinement, REFINEMENT } from '../tensorflow/refinement.ts';
import { untrainedWeights, type Weight, type WeightSource } from '../tensorflow/layers.ts';
import { sizeOf, type StoredTensor } from '../tensorflow/tensors-file.ts';
import type { Scalar, Tensor, TensorFlowCore } from '../tensorflow/backend.ts';
import { addKnownApart, besideKnown, differentBy, knownApart } from './known-apart.ts';
import type { Learner, LearnerKind } from './learner.ts';
import { RowsFile } from './rows-file.ts';
import type { TrainingRun } from './run.ts';

/** The length of the vectors it takes and gives; the network between. */
export const tripletDimensions = 256;
const hidden = 512;

export const margin = 0.5;
/** The weight of the mean squared distance between old and new vectors. */
const nearness = 2;
const dropped = 0.5;
/** Photos of one label that come together into a batch, so that there are pairs. */
const together = 4;
/** Photos of the same label that each held-back photo is measured with, at most. */
const partnersAtMost = 3;
/** Examples that an epoch shows at least, so that a small library is learnt as well. */
const leastPerEpoch = 400;
const mostTurns = 10;

const labelBytes = Uint32Array.BYTES_PER_ELEMENT;

/** Bytes of a row of the data: the label, and the vector. */
export const bytesOfLabelled = labelBytes + tripletDimensions * Float32Array.BYTES_PER_ELEMENT;

/** A row of the data. */
export function labelledRow(label: number, vector: Float32Array): Uint8Array {
  const row = new Uint8Array(bytesOfLabelled);
  new Uint32Array(row.buffer, 0, 1)[0] = label;
  new Float32Array(row.buffer, labelBytes).set(vector);
  return row;
}

/** What else is learnt, and comes before the refinement: the last layers of the network. */
export interface TripletTail {
  readonly weights: readonly Weight[];
  readonly layers: number;
  /** How long the rows of the data are: each begins as a `labelledRow`. */
  readonly bytesPerRow: number;
  /** The vectors of some rows, [examples, dimensions], each of length 1. */
  run(examples: Uint32Array): Tensor;
  tensors(): Map<string, StoredTensor>;
  close(): void;
}

/** Places in a batch. */
export interface Triplet {
  anchor: number;
  positive: number;
  negative: number;
}

/**
 * For every two photos of the same label, both ways, the negative that is semi-hard: the nearest of
 * those that are farther from the anchor than the positive. Where all are nearer, it is the farthest
 * of them, the least hard. A photo alone with its label is no anchor.
 *
 * @param distances of all pairs of the batch, labels.length² numbers, row by row
 * @param anchors only the first so many photos are anchors
 * @param isDifferent whether two photos of different labels are known to be; all are, where it is missing
 */
export function semiHardTriplets(
  distances: ArrayLike<number>,
  labels: ArrayLike<number>,
  anchors: number = labels.length,
  isDifferent: (photo: number, other: number) => boolean = () => true,
): Triplet[] {
  const count = labels.length;
  const triplets: Triplet[] = [];
  for (let anchor = 0; anchor < anchors; anchor++) {
    const to = (photo: number): number => distances[anchor * count + photo] ?? NaN;
    const others = Array.from({ length: count }, (_, photo) => photo);
    const negatives = others
      .filter((photo) => labels[photo] !== labels[anchor] && isDifferent(anchor, photo))
      .sort((a, b) => to(a) - to(b));
    const farthest = negatives.at(-1);
    if (farthest === undefined) continue;
    for (const positive of others) {
      if (positive === anchor || labels[positive] !== labels[anchor]) continue;
      const negative = negatives.find((photo) => to(photo) > to(positive)) ?? farthest;
      triplets.push({ anchor, positive, negative });
    }
  }
  return triplets;
}

export const tripletKind = {
  code: 1,
  needsNative: false,
  title: 'the triplet network',
  leastExamples: 20,
  settings: { batchSize: 64, learningRate: 0.0003 },
  turns: (count) => Math.min(mostTurns, Math.max(1, Math.round(leastPerEpoch / count))),
  create: (tf: TensorFlowCore, run: TrainingRun): Learner => tripletLearner(tf, run),
} satisfies LearnerKind;

/** Throws a LookalikeError 'training-data-damaged'. @param tail what learns with it, if anything does */
export function tripletLearner(
  tf: TensorFlowCore,
  { seed, data }: TrainingRun,
  tail?: TripletTail,
): Learner {
  const { labels, vectors } = readLabelled(data.path, data.count, tail?.bytesPerRow);
  const isApart = data.apart && knownApart(data.apart);
  const rowsOf = Map.groupBy(labels.keys(), (row) => labels[row] ?? NaN);
  const network = buildRefinement(
    tf,
    { dimensions: tripletDimensions, hidden },
    beginning(untrainedWeights((name) => new Random(seed, 'weight', name))),
  );

  const rowsTensor = (examples: ArrayLike<number>): Tensor => {
    const rows = new Float32Array(examples.length * tripletDimensions);
    for (let place = 0; place < examples.length; place++)
      rows.set(vectors[examples[place] ?? 0] ?? [], place * tripletDimensions);
    return tf.tensor(rows, [examples.length, tripletDimensions]);
  };

  /** What takes away hidden numbers by chance, and enlarges the others as much. */
  const mask = (count: number, random: Random): Tensor => {
    const kept = Float32Array.from({ length: count * hidden }, () =>
      random.chance(dropped) ? 0 : 1 / (1 - dropped),
    );
    return tf.tensor(kept, [count, hidden]);
  };

  /** Held-back photos, and behind them some of the same labels, which may have been learnt from. */
  const withPartners = (examples: Uint32Array): Uint32Array => {
    const others = new Set<number>();
    for (const example of examples) {
      const ofLabel = rowsOf.get(labels[example] ?? NaN) ?? [];
      const random = new Random(seed, 'partners', example);
      for (const row of random.shuffled(ofLabel).slice(0, partnersAtMost)) others.add(row);
    }
    for (const example of examples) others.delete(example);
    return Uint32Array.from([...examples, ...others]);
  };

  const weights = [...network.weights, ...(tail?.weights ?? [])];
  return {
    weights,
    arranged: (examples, random) => {
      const byLabel = Map.groupBy(random.shuffled(examples), (row) => labels[row] ?? NaN);
      const groups = [...byLabel.values()].flatMap((rows) =>
        Array.from({ length: Math.ceil(rows.length / together) }, (_, group) =>
          rows.slice(group * together, (group + 1) * together),
        ),
      );
      const ordered = isApart
        ? besideKnown(groups, ([row = NaN]) => labels[row] ?? NaN, isApart, random)
        : random.shuffled(groups);
      return Uint32Array.from(ordered.flat());
    },
    loss: (examples, random) => {
      const batch = random ? examples : withPartners(examples);
      const count = batch.length;
      const before = rowsTensor(batch);
      const seen = tail?.run(batch) ?? before;
      const after = network.run(seen, random ? mask(count, random) : undefined);
      // Rows have length 1, so that d(a, b) = 2 − 2 a·b.
      const products = tf.matMul(after, after, false, true);
      const distances = distancesIn(products);
      const ofBatch = Uint32Array.from(batch, (row) => labels[row] ?? NaN);
      const isDifferent =
        isApart &&
        differentBy(isApart, ofBatch, distancesIn(tf.matMul(before, before, false, true)));
      const triplets = semiHardTriplets(distances, ofBatch, examples.length, isDifferent);
      const { constant, factors } = tripletLoss(triplets, distances, count);
      const known = isApart ? addKnownApart(factors, distances, ofBatch, isApart) : 0;
      const apart = tf.sum(tf.mul(tf.tensor(factors, [count, count]), products));
      const near = tf.mul(tf.sum(tf.mul(before, after)), (-2 * nearness) / count);
      return tf.add<Scalar>(tf.add(apart, near), constant + known + 2 * nearness);
    },
    finished: () => ({
      metadata: {
        [REFINEMENT]: JSON.stringify({
          format: 1,
          of: data.of ?? '',
          dimensions: tripletDimensions,
          hidden,
          layers: tail?.layers ?? 0,
        }),
      },
      tensors: new Map([
        ...network.weights.map(({ name, variable }): [string, StoredTensor] => [
          name,
          { shape: variable.shape, values: variable.dataSync<'float32'>() },
        ]),
        ...(tail?.tensors() ?? []),
      ]),
    }),
    close: () => {
      tf.dispose(network.weights.map(({ variable }) => variable));
      tail?.close();
    },
  };
}

/** Squared distances of rows of length 1 from their products. */
function distancesIn(products: Tensor): Float32Array {
  return products.dataSync<'float32'>().map((product) => 2 - 2 * product);
}

/** The loss of chosen triplets, as numbers that stay and factors of the products of all pairs. */
function tripletLoss(
  triplets: readonly Triplet[],
  distances: Float32Array,
  count: number,
): { constant: number; factors: Float32Array } {
  const factors = new Float32Array(count * count);
  const weight = 1 / Math.max(1, triplets.length);
  let constant = 0;
  for (const { anchor, positive, negative } of triplets) {
    const [near, far] = [anchor * count + positive, anchor * count + negative];
    // Where the margin is kept, the loss is 0 and nothing is learnt.
    if (margin + (distances[near] ?? NaN) - (distances[far] ?? NaN) <= 0) continue;
    // margin + (2 − 2 near) − (2 − 2 far)
    constant += margin * weight;
    factors[near] = (factors[near] ?? 0) - 2 * weight;
    factors[far] = (factors[far] ?? 0) + 2 * weight;
  }
  return { constant, factors };
}

/** The rows of the data. @throws LookalikeError 'training-data-damaged' */
function readLabelled(
  path: string,
  count: number,
  bytesPerRow: number = bytesOfLabelled,
): { labels: Uint32Array; vectors: Float32Array[] } {
  const labels = new Uint32Array(count);
  const file = new RowsFile(path, bytesPerRow, count);
  const row = new Uint8Array(bytesPerRow);
  try {
    const vectors = Array.from(labels, (_, index) => {
      file.read(index, row);
      labels[index] = new Uint32Array(row.buffer, 0, 1)[0] ?? 0;
      return new Float32Array(row.buffer.slice(labelBytes, bytesOfLabelled));
    });
    return { labels, vectors };
  } finally {
    file.close();
  }
}

/** Zero for the last layer, so that the network begins as no change. */
function beginning(usual: WeightSource): WeightSource {
  return (name, shape, activation) =>
    activation === 'linear' ? new Float32Array(sizeOf(shape)) : usual(name, shape, activation);
}
