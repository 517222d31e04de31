/**
 * Derivatives for the WebAssembly backend. `@tensorflow/tfjs-core` brings none with it: they are in
 * the full package, which is only there with native TensorFlow. These are the ones that dense networks
 * need; another operation within a loss is another line in the table.
 */
import type * as TensorFlow from '@tensorflow/tfjs-core';

type Tensor = TensorFlow.Tensor;
type TF = typeof TensorFlow;

/** Derivatives of a kernel: what comes back for each input when `dy` comes back for the output. */
type Derivative = (tf: TF, dy: Tensor, saved: Tensor[], attributes: Attributes) => Back;
type Back = Record<string, () => Tensor>;
type Attributes = Record<string, unknown> | undefined;

/** By the name of the kernel, with the inputs that are kept for it. */
const derivatives: Record<string, { keeps: string[]; back: Derivative }> = {
  // y = a + b, where a smaller one is repeated.
  Add: {
    keeps: ['a', 'b'],
    back: (tf, dy, [a, b]) => ({ a: () => summed(tf, dy, a), b: () => summed(tf, dy, b) }),
  },
  // y = A B, or with one of them transposed.
  BatchMatMul: {
    keeps: ['a', 'b'],
    back: (tf, dy, [a, b], attributes) => {
      if (!a || !b) throw new Error('the factors of a product were not kept');
      const { transposeA = false, transposeB = false } = attributes ?? {};
      return {
        a: () =>
          transposeA ? tf.matMul(b, dy, !!transposeB, true) : tf.matMul(dy, b, false, !transposeB),
        b: () =>
          transposeB ? tf.matMul(dy, a, true, !!transposeA) : tf.matMul(a, dy, !transposeA, false),
      };
    },
  },
  // y = eˣ
  Exp: {
    keeps: ['x'],
    back: (tf, dy, [x]) => ({ x: () => tf.mul(dy, tf.exp(x ?? dy)) }),
  },
  // y = ln x
  Log: {
    keeps: ['x'],
    back: (tf, dy, [x]) => ({ x: () => tf.div(dy, x ?? dy) }),
  },
  // y = the mean over some axes.
  Mean: {
    keeps: ['x'],
    back: (tf, dy, [x], attributes) => {
      const shape = x?.shape ?? [];
      const { axes, kept } = keptAxes(tf, shape, attributes);
      const count = axes.reduce((product, axis) => product * (shape[axis] ?? 1), 1);
      return { x: () => tf.mul(tf.reshape(tf.div(dy, count), kept), tf.ones(shape)) };
    },
  },
  // y = a b, where a smaller one is repeated.
  Multiply: {
    keeps: ['a', 'b'],
    back: (tf, dy, [a, b]) => ({
      a: () => summed(tf, tf.mul(dy, b ?? dy), a),
      b: () => summed(tf, tf.mul(dy, a ?? dy), b),
    }),
  },
  // y = max(x, 0)
  Relu: {
    keeps: ['x'],
    back: (tf, dy, [x]) => ({ x: () => tf.mul(dy, tf.step(x ?? dy)) }),
  },
  Reshape: {
    keeps: ['x'],
    back: (tf, dy, [x]) => ({ x: () => tf.reshape(dy, x?.shape ?? []) }),
  },
  // y = 1 / √x
  Rsqrt: {
    keeps: ['x'],
    back: (tf, dy, [x]) => ({
      x: () => tf.mul(dy, tf.mul(tf.pow(x ?? dy, -1.5), -0.5)),
    }),
  },
  // y = 1 / (1 + e⁻ˣ)
  Sigmoid: {
    keeps: ['x'],
    back: (tf, dy, [x]) => ({
      x: () => {
        const y = tf.sigmoid(x ?? dy);
        return tf.mul(dy, tf.mul(y, tf.sub(1, y)));
      },
    }),
  },
  // y = a − b, where a smaller one is repeated.
  Sub: {
    keeps: ['a', 'b'],
    back: (tf, dy, [a, b]) => ({
      a: () => summed(tf, dy, a),
      b: () => summed(tf, tf.neg(dy), b),
    }),
  },
  // y = the sum over some axes.
  Sum: {
    keeps: ['x'],
    back: (tf, dy, [x], attributes) => {
      const shape = x?.shape ?? [];
      return {
        x: () => tf.mul(tf.reshape(dy, keptAxes(tf, shape, attributes).kept), tf.ones(shape)),
      };
    },
  },
  // y = (a − b)², where a smaller one is repeated.
  SquaredDifference: {
    keeps: ['a', 'b'],
    back: (tf, dy, [a, b]) => {
      if (!a || !b) throw new Error('the sides of a difference were not kept');
      const slope = () => tf.mul(dy, tf.mul(tf.sub(a, b), 2));
      return { a: () => summed(tf, slope(), a), b: () => summed(tf, tf.neg(slope()), b) };
    },
  },
};

/** The axes that an operation takes away from `shape`, and the shape with 1 in their place. */
function keptAxes(
  tf: TF,
  shape: number[],
  attributes: Attributes,
): { axes: number[]; kept: number[] } {
  const axes = tf.util.parseAxisParam(attributes?.['axis'] as number[], shape);
  return { axes, kept: shape.map((size, axis) => (axes.includes(axis) ? 1 : size)) };
}

/** Makes the derivatives known that are not; with the full package, that is none. */
export function registerGradients(tf: TF): void {
  for (const [kernelName, { keeps, back }] of Object.entries(derivatives)) {
    // It is missing, contrary to its type, where none was registered.
    const known: unknown = tf.getGradient(kernelName);
    if (known) continue;
    tf.registerGradient({
      kernelName,
      inputsToSave: keeps,
      gradFunc: (dy, saved, attributes) => back(tf, dy as Tensor, saved, attributes),
    });
  }
}

/** What comes back for an input that was repeated: the sum over its repetitions. */
function summed(tf: TF, dy: Tensor, input: Tensor | undefined): Tensor {
  const shape = input?.shape ?? [];
  const axes = tf.broadcast_util.getReductionAxes(shape, dy.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(dy, axes) : dy, shape);
}
