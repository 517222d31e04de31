import { describe, expect, it } from 'vitest';
import { Random } from '../../../engine/random.ts';
import { loadBackend, type Scalar } from '../../../engine/tensorflow/backend.ts';
import {
  buildLayers,
  storedWeights,
  untrainedWeights,
  type LayerDescription,
  type Layers,
} from '../../../engine/tensorflow/layers.ts';

const { tf } = await loadBackend('wasm');
const fresh = (seed: number) => untrainedWeights((name) => new Random(seed, name));

const all: LayerDescription[] = [
  { op: 'conv', filters: 4, kernel: 3, stride: 2, activation: 'relu' },
  { op: 'reshape', shape: [3 * 3 * 4] },
  { op: 'dense', units: 5, activation: 'linear' },
  { op: 'dense', units: 8, activation: 'relu' },
  { op: 'reshape', shape: [2, 2, 2] },
  { op: 'enlarge', factor: 3 },
];

function valuesOf({ weights }: Layers): number[][] {
  return weights.map(({ variable }) => [...variable.dataSync()]);
}

it('has the shapes that its description says, odd sides rounded up', () => {
  const layers = buildLayers(tf, 'net', all, [5, 5, 3], fresh(1));
  expect(layers.outputShape).toEqual([6, 6, 2]);
  const output = layers.run(tf.ones([7, 5, 5, 3]));
  expect(output.shape).toEqual([7, 6, 6, 2]);
  expect(layers.weights.map(({ name, variable }) => [name, variable.shape])).toEqual([
    ['net.0.kernel', [3, 3, 3, 4]],
    ['net.0.bias', [4]],
    ['net.2.kernel', [36, 5]],
    ['net.2.bias', [5]],
    ['net.3.kernel', [5, 8]],
    ['net.3.bias', [8]],
  ]);
});

it('computes dense layers as their definition says', () => {
  const tensors = new Map([
    ['net.0.kernel', { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, -6) }],
    ['net.0.bias', { shape: [3], values: Float32Array.of(0.5, -100, 1) }],
  ]);
  const layers = buildLayers(
    tf,
    'net',
    [{ op: 'dense', units: 3, activation: 'relu' }],
    [2],
    storedWeights(tensors),
  );
  expect([...layers.run(tf.tensor2d([[1, 2]])).dataSync()]).toEqual([9.5, 0, 0]);
});

it('begins with the same weights from the same seed, and with others from another', () => {
  const values = (seed: number) => valuesOf(buildLayers(tf, 'net', all, [5, 5, 3], fresh(seed)));
  expect(values(7)).toEqual(values(7));
  expect(values(7)).not.toEqual(values(8));
});

it('keeps the spread of numbers about the same from layer to layer when it begins', () => {
  const deep: LayerDescription[] = Array.from({ length: 6 }, () => ({
    op: 'dense',
    units: 200,
    activation: 'relu',
  }));
  const layers = buildLayers(tf, 'net', deep, [200], fresh(1));
  const random = new Random('input');
  const input = tf.tensor2d(
    random.times(20 * 200, () => random.between(-1, 1)),
    [20, 200],
  );
  const spread = (t: typeof input): number => tf.mean(tf.square(t)).dataSync()[0] ?? 0;
  const ratio = spread(layers.run(input) as typeof input) / spread(input);
  expect(ratio).toBeGreaterThan(0.3);
  expect(ratio).toBeLessThan(3);
});

it('refuses layers that do not fit each other and weights of another shape', () => {
  const build = (layer: LayerDescription, shape: number[]) =>
    buildLayers(tf, 'net', [layer], shape, fresh(1));
  const dense: LayerDescription = { op: 'dense', units: 2, activation: 'linear' };
  expect(() => build(dense, [2, 2, 3])).toThrow(/dense does not take the shape 2 × 2 × 3/);
  expect(() => build({ op: 'enlarge', factor: 2 }, [12])).toThrow(/enlarge does not take/);
  expect(() => build({ op: 'reshape', shape: [5] }, [2, 2])).toThrow(/reshape does not take/);
  const transposed = new Map([['net.0.kernel', { shape: [2, 3], values: new Float32Array(6) }]]);
  expect(() => buildLayers(tf, 'net', [dense], [3], storedWeights(transposed))).toThrow(
    /not of the shape 3 × 2/,
  );
  expect(() => buildLayers(tf, 'net', [dense], [3], storedWeights(new Map()))).toThrow(
    /net\.0\.kernel is missing or not of the shape 3 × 2/,
  );
});

describe('derivatives on WebAssembly', () => {
  /** Compares every derivative with the slope between two near points. */
  function agreesWithSlopes(layers: Layers, loss: () => Scalar): void {
    const variables = layers.weights.map(({ variable }) => variable);
    const { grads } = tf.variableGrads(loss, variables);
    const step = 1e-2;
    for (const { name, variable } of layers.weights) {
      const values = variable.dataSync().slice();
      const derivative = grads[variable.name]?.dataSync() ?? [];
      for (const i of values.keys()) {
        const at = (x: number): number => {
          const moved = values.slice();
          moved[i] = x;
          variable.assign(tf.tensor(moved, variable.shape));
          return loss().dataSync()[0] ?? NaN;
        };
        const middle = values[i] ?? NaN;
        const slope = (at(middle + step) - at(middle - step)) / (2 * step);
        expect(derivative[i], `${name}[${i}]`).toBeCloseTo(slope, 2);
      }
      variable.assign(tf.tensor(values, variable.shape));
    }
  }

  it('agree with slopes for dense layers, biases included', () => {
    const layers = buildLayers(
      tf,
      'net',
      [
        { op: 'dense', units: 4, activation: 'relu' },
        { op: 'dense', units: 6, activation: 'linear' },
        { op: 'reshape', shape: [3, 2] },
      ],
      [3],
      fresh(3),
    );
    const input = tf.tensor2d([
      [0.3, -1, 0.7],
      [1, 0.4, -0.2],
    ]);
    const target = tf.tensor2d([
      [1, 0],
      [0.5, -1],
      [0.2, 0.1],
    ]);
    agreesWithSlopes(layers, () => tf.mean(tf.squaredDifference(layers.run(input), target)));
    // The other side of the difference, and a mean over one axis.
    agreesWithSlopes(layers, () =>
      tf.mean(tf.mean(tf.squaredDifference(target, layers.run(input)), 1)),
    );
  });

  it('agree with slopes for products with a factor transposed', () => {
    const weight = buildLayers(
      tf,
      'net',
      [{ op: 'dense', units: 2, activation: 'linear' }],
      [3],
      fresh(4),
    );
    const kernel = weight.weights[0]?.variable as ReturnType<typeof tf.tensor2d>;
    const left = tf.tensor2d([[1, 2, 3]]);
    const right = tf.tensor2d([[0.5, -1]]);
    const products = [
      () => tf.matMul(left, kernel),
      () => tf.matMul(kernel, left, true, true),
      () => tf.matMul(kernel, right, false, true),
      () => tf.matMul(right, kernel, false, true),
      () => tf.matMul(tf.reshape(left, [3, 1]), kernel, true, false),
      () => tf.matMul(kernel, tf.reshape(left, [3, 1]), true, false),
    ];
    for (const product of products)
      agreesWithSlopes({ ...weight, weights: weight.weights.slice(0, 1) }, () =>
        tf.mean(tf.squaredDifference(product(), tf.scalar(1))),
      );
  });
});
