/**
 * A network as the graph that TensorFlow would make of it, whichever file it is written to: nodes that
 * know their operation, their inputs and their attributes.
 */
import type * as Layers from '@tensorflow/tfjs-layers';

export type Attribute =
  | { type: 'DT_FLOAT' | 'DT_INT32' }
  | { ints: number[] }
  | { text: string }
  | { flag: boolean }
  | { float: number };

export interface Node {
  name: string;
  op: string;
  inputs: string[];
  attributes: Record<string, Attribute>;
  /** Of constants. */
  value?: { values: Float32Array | Int32Array; shape: number[] };
}

export const inputNode = 'photos';

/** The nodes of a network of `architectures.ts`, in the order in which they are computed; the last is its output. */
export function graphOf(model: Layers.LayersModel): Node[] {
  const nodes: Node[] = [];
  const float = { T: { type: 'DT_FLOAT' } } as const;
  const add = (
    name: string,
    op: string,
    inputs: string[],
    attributes: Record<string, Attribute> = float,
  ): string => {
    nodes.push({ name, op, inputs, attributes });
    return name;
  };
  const constant = (name: string, values: Float32Array | Int32Array, shape: number[]): string => {
    const type = values instanceof Float32Array ? 'DT_FLOAT' : 'DT_INT32';
    nodes.push({
      name,
      op: 'Const',
      inputs: [],
      attributes: { dtype: { type } },
      value: { values, shape },
    });
    return name;
  };
  const outputs = new Map<string, string>();
  for (const layer of model.layers) {
    const { name } = layer;
    const config = layer.getConfig();
    const before = [layer.inboundNodes[0]?.inboundLayers ?? []]
      .flat()
      .map((each) => outputs.get(each.name) ?? '');
    const weights = layer
      .getWeights()
      .map((tensor, index) =>
        constant(`${name}/weight${index}`, tensor.dataSync<'float32'>(), tensor.shape),
      );
    const [kernel = '', second = ''] = weights;
    const x = before[0] ?? '';
    const strides = { ints: [1, ...((config['strides'] as number[] | undefined) ?? [1, 1]), 1] };
    const padding = { text: 'SAME' };
    const dilations = { ints: [1, 1, 1, 1] };
    const activated = (output: string, activation: unknown): string => {
      if (activation === 'softmax') return add(`${name}/Softmax`, 'Softmax', [output]);
      return activation === 'relu' ? add(`${name}/Relu`, 'Relu', [output]) : output;
    };
    const output = (): string => {
      switch (layer.getClassName()) {
        case 'InputLayer':
          return add(inputNode, 'Placeholder', [], { dtype: { type: 'DT_FLOAT' } });
        case 'Conv2D':
          return add(`${name}/Conv2D`, 'Conv2D', [x, kernel], {
            ...{ ...float, strides, padding, dilations },
          });
        case 'DepthwiseConv2D':
          return add(`${name}/depthwise`, 'DepthwiseConv2dNative', [x, kernel], {
            ...{ ...float, strides, padding, dilations },
          });
        case 'BatchNormalization':
          return add(`${name}/FusedBatchNormV3`, 'FusedBatchNormV3', [x, ...weights], {
            ...float,
            U: { type: 'DT_FLOAT' },
            epsilon: { float: config['epsilon'] as number },
            is_training: { flag: false },
          });
        case 'ReLU':
          return config['maxValue'] === 6
            ? add(`${name}/Relu6`, 'Relu6', [x])
            : add(`${name}/Relu`, 'Relu', [x]);
        case 'MaxPooling2D':
          return add(`${name}/MaxPool`, 'MaxPool', [x], {
            ...float,
            ksize: { ints: [1, 2, 2, 1] },
            strides: { ints: [1, 2, 2, 1] },
            padding: { text: 'VALID' },
          });
        case 'Add':
          return add(`${name}/add`, 'AddV2', before);
        case 'Flatten': {
          const shape = constant(
            `${name}/shape`,
            Int32Array.from([-1, layer.outputShape[1] as number]),
            [2],
          );
          return add(`${name}/Reshape`, 'Reshape', [x, shape], {
            ...float,
            Tshape: { type: 'DT_INT32' },
          });
        }
        case 'GlobalAveragePooling2D': {
          const axes = constant(`${name}/axes`, Int32Array.from([1, 2]), [2]);
          return add(`${name}/Mean`, 'Mean', [x, axes], {
            ...float,
            Tidx: { type: 'DT_INT32' },
            keep_dims: { flag: false },
          });
        }
        case 'Dense': {
          const product = add(`${name}/MatMul`, 'MatMul', [x, kernel], {
            ...float,
            transpose_a: { flag: false },
            transpose_b: { flag: false },
          });
          return activated(
            add(`${name}/BiasAdd`, 'BiasAdd', [product, second]),
            config['activation'],
          );
        }
        default:
          throw new Error(`no operation for ${layer.getClassName()}`);
      }
    };
    outputs.set(name, output());
  }
  return nodes;
}
