/** Graphs of TensorFlow as lists of nodes: the way to an output, and which nodes people call layers. */

export interface GraphNode {
  name: string;
  op: string;
  input?: string[];
}

/** Operations whose output says something about a photo; others only bring it into another form. */
export const layerOperations: ReadonlySet<string> = new Set(
  `Add AddN AddV2 AvgPool BatchMatMul BatchMatMulV2 BiasAdd ConcatV2 Conv2D DepthwiseConv2dNative Elu
  FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 FusedDepthwiseConv2dNative LeakyRelu MatMul Max
  MaxPool Mean Mul Prelu Relu Relu6 Reshape Selu Sigmoid Softmax Squeeze Tanh _FusedConv2D
  _FusedMatMul`
    .trim()
    .split(/\s+/),
);

/** The node that an input of another one names: `^node`, `node:0`, `node:output:0`. */
export function nodeOf(input: string): string {
  return input.replace(/^\^/, '').split(':')[0] ?? '';
}

/** The names of all nodes on the way to `outputs`, each after those that it needs. */
export function pathTo(nodes: readonly GraphNode[], outputs: readonly string[]): string[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const order: string[] = [];
  const seen = new Set<string>();
  // Graphs are deeper than the stack of calls.
  const stack = outputs.map((name) => ({ name, done: false })).reverse();
  for (let step = stack.pop(); step; step = stack.pop()) {
    const { name, done } = step;
    if (done) {
      order.push(name);
      continue;
    }
    const node = byName.get(name);
    if (!node || seen.has(name)) continue;
    seen.add(name);
    stack.push({ name, done: true });
    for (const input of [...(node.input ?? [])].reverse())
      stack.push({ name: nodeOf(input), done: false });
  }
  return order;
}

/** A path of names without the parts that only say that a function was called. */
export function withoutCalls(name: string): string {
  const parts = name.split('/').filter((part) => !/^(Stateful)?PartitionedCall(_\d+)?$/.test(part));
  return parts.join('/');
}

/** Names for people that are unlike each other, for nodes in their order. */
export class LayerNames {
  readonly #taken = new Set<string>();

  /** @param node the path of a node; `fallback` stands where nothing of it is left */
  nameFor(node: string, fallback: string): string {
    const wanted = withoutCalls(node) || fallback;
    let name = wanted;
    for (let n = 2; this.#taken.has(name); n++) name = `${wanted}#${n}`;
    this.#taken.add(name);
    return name;
  }
}
