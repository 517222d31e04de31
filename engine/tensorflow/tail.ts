/**
 * The last layers of a network that ships, which can be trained on what a person calls alike, and
 * those before them, its trunk, which stay as they are.
 *
 * A layer counts where it has numbers: convolutions do (batch norms are folded into them), sums do not.
 * The network is cut at a narrow place at or before the first layer that is trained, so that what the
 * trunk gives for a photo is small, is computed once, and is kept while the rest is learnt.
 */
import type * as TensorFlow from '@tensorflow/tfjs-core';
import { LookalikeError } from '../errors.ts';
import {
  convolutionConstants,
  lastMapShape,
  type Architecture,
  type Constant,
  type Convolution,
  type Layer,
  type Model,
} from './architecture.ts';
import { runSteps, type Step } from './graph.ts';
import type { Weight } from './layers.ts';
import type { CheckedTensors, StoredTensor } from './tensors-file.ts';

/** A network in two. */
export interface Cut {
  trunk: Layer[];
  tail: Layer[];
  /** Those of the tail that are trained; the ones before them only come after a narrow place. */
  trained: Convolution[];
  /** What the trunk gives: `side` × `side` × `channels` numbers. */
  map: { side: number; channels: number };
}

/**
 * Cuts a network so that its last `count` layers can be trained.
 * @throws Error when it has not so many layers behind its first narrow place
 */
export function cutNetwork({ input, layers }: Architecture, count: number): Cut {
  const withNumbers = layers.filter((layer) => layer.op !== 'add');
  const trained = withNumbers.slice(-count);
  const [first] = trained;
  if (!first || trained.length < count) throw new Error(`there are no ${count} layers to train`);
  const places = new Map(layers.map(({ name }, place) => [name, place]));
  for (let at = layers.indexOf(first); at > 0; at--) {
    const before = layers[at - 1];
    const isNarrow = before && (before.op === 'add' || before.activation === 'none');
    const reachesBack = layers
      .slice(at)
      .some((layer) => layer.op === 'add' && (places.get(layer.with) ?? 0) < at - 1);
    if (!isNarrow || reachesBack) continue;
    const trunk = layers.slice(0, at);
    return { trunk, tail: layers.slice(at), trained, map: lastMapShape({ input, layers: trunk }) };
  }
  throw new Error(`there is no narrow place before the last ${count} layers`);
}

/** The part of a model that stays as it is when its last `count` layers are trained. */
export function trunkOf(model: Model, count: number): Model {
  const { trunk } = cutNetwork(model.architecture, count);
  return { ...model, architecture: { ...model.architecture, layers: trunk } };
}

/** The rest of a network on a backend, its last layers to be trained. */
export interface TrainableTail {
  readonly weights: readonly Weight[];
  /**
   * @param maps [n, side, side, channels], what the trunk gives
   * @returns [n, dimensions], as the whole network gives them, each of length 1
   */
  run(maps: TensorFlow.Tensor4D): TensorFlow.Tensor;
  /** The numbers of the trained layers as they are now; see `tunedModel`. */
  tensors(): Map<string, StoredTensor>;
  dispose(): void;
}

/** Under the root: where a channel is 0 everywhere, the root itself has no derivative. */
const leastSquare = 1e-12;

/** What comes before the names of trained layers in a file. */
const TAIL = 'tail';
const kernelName = ({ name }: Convolution): string => `${TAIL}.${name}.kernel`;
const biasName = ({ name }: Convolution): string => `${TAIL}.${name}.bias`;

/**
 * What is learnt of an array is its change, in parts of its own size (the root of its mean square):
 * arrays differ in size by far, while a step of Adam is the same for all. It begins as no change.
 */
export function buildTail(tf: typeof TensorFlow, model: Model, count: number): TrainableTail {
  const { trunk, tail, trained } = cutNetwork(model.architecture, count);
  const { matrix } = model.head;
  const projection = tf.tensor2d(matrix.values, matrix.shape as [number, number]);
  const weights: Weight[] = [];
  const fixed: TensorFlow.Tensor[] = [projection];
  const now = new Map<string, () => TensorFlow.Tensor>();
  const learnt = (name: string, { values, shape }: Constant, isTrained: boolean) => {
    const begin = tf.tensor(values, shape);
    fixed.push(begin);
    if (!isTrained) return () => begin;
    const size = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
    const variable = tf.variable(tf.zeros(shape));
    weights.push({ name, variable });
    const current = () => tf.add(begin, tf.mul(variable, size));
    now.set(name, current);
    return current;
  };
  const layers = tail.map((layer) => {
    if (layer.op === 'add') return () => layer;
    const { kernel, bias } = convolutionConstants(model, layer);
    const isTrained = trained.includes(layer);
    const filter = learnt(kernelName(layer), kernel, isTrained);
    const added = learnt(biasName(layer), bias, isTrained);
    return (): Step => ({
      ...layer,
      filter: filter() as TensorFlow.Tensor4D,
      bias: added() as TensorFlow.Tensor1D,
    });
  });
  return {
    weights,
    run: (maps) => {
      const steps = layers.map((layer) => layer());
      const map = runSteps(tf, steps, maps, trunk.at(-1)?.name);
      const squares = tf.mean(tf.square(map), [1, 2]);
      const rows = tf.matMul(tf.sqrt(tf.add(squares, leastSquare)), projection);
      return tf.mul(rows, tf.rsqrt(tf.sum(tf.mul(rows, rows), 1, true)));
    },
    tensors: () =>
      new Map(
        [...now].map(([name, current]) => {
          const tensor = tf.tidy(current);
          const values = tensor.dataSync<'float32'>();
          tensor.dispose();
          return [name, { shape: tensor.shape, values }];
        }),
      ),
    dispose: () => {
      tf.dispose(fixed);
      tf.dispose(weights.map(({ variable }) => variable));
    },
  };
}

/**
 * The model with its last `count` layers as they were learnt, to be run like any other.
 * @throws LookalikeError 'weights-damaged' when the file lacks one of them
 */
export function tunedModel(model: Model, count: number, file: CheckedTensors): Model {
  const weights = Float32Array.from(model.weights);
  const put = (name: string, at: number, { shape }: Constant) => {
    const stored = file.tensors.get(name);
    if (stored?.shape.join() !== shape.join())
      throw new LookalikeError(
        'weights-damaged',
        `The trained network lacks the numbers ${name} of the shape ${shape.join(' × ')}. ` +
          'Train it again.',
      );
    weights.set(stored.values, at);
  };
  for (const layer of cutNetwork(model.architecture, count).trained) {
    const { kernel, bias } = convolutionConstants(model, layer);
    put(kernelName(layer), layer.weightsAt, kernel);
    put(biasName(layer), layer.biasAt, bias);
  }
  const { architecture, head } = model;
  const { sha256 } = file;
  return {
    ...model,
    weights,
    architecture: { ...architecture, weights: { ...architecture.weights, sha256 } },
    head: { ...head, sha256 },
  };
}
