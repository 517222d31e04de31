/**
 * The graph of a SavedModel: which operations would run, and layers within its functions as outputs.
 *
 * What a SavedModel gives by itself is seldom what describes a picture: usually it is the
 * probabilities of classes. The layers before lie within functions that call each other, where no
 * session can reach them. So the graph is written anew with one more output for each function on the
 * way, up to the top, and a signature that names them.
 */
import { LookalikeError } from '../../errors.ts';
import { LayerNames, layerOperations, nodeOf, pathTo, type GraphNode } from './nodes.ts';
import { inputOf, type NetworkInput } from './opened.ts';
import {
  loadProto,
  type FunctionDef,
  type MetaGraphDef,
  type NodeDef,
  type Proto,
  type SavedModel,
  type SignatureDef,
  type TensorInfo,
} from './proto.ts';

/** The tag of what is written, the signature that is added, and the name of its input. */
export const ownTag = 'serve';
export const ownSignature = 'lookalike';
export const ownInput = 'photos';

/** A function that is called from another one, or from the top of the graph. */
interface Frame {
  function: FunctionDef;
  caller: Frame | null;
  /** The node, in the caller, that calls it. */
  call: string;
}

/** A node that can become an output. */
interface Candidate {
  name: string;
  kind: string;
  frame: Frame | null;
  node: string;
}

export interface SavedGraph {
  readonly input: NetworkInput;
  readonly candidates: readonly { name: string; kind: string }[];
  /** Names of operations, with repetitions. */
  readonly operations: {
    /** That run for a picture. */
    running: string[];
    /** That run while the weights are read. */
    restoring: string[];
    /** All that are there, whether or not anything runs them. */
    all: string[];
  };
  /**
   * The SavedModel with these candidates as the outputs of `ownSignature`, in this order.
   * It can be called once, as it changes the graph.
   */
  withOutputs(names: readonly string[]): { bytes: Uint8Array; outputs: string[] };
}

/** @throws LookalikeError `model-damaged`, `model-unsuitable` */
export function readSavedGraph(bytes: Uint8Array): SavedGraph {
  const proto = loadProto();
  let model: SavedModel;
  try {
    model = proto.SavedModel.deserializeBinary(bytes);
  } catch (cause) {
    throw damaged('saved_model.pb cannot be read', cause);
  }
  const graphs = model.getMetaGraphsList();
  const tagsOf = (graph: MetaGraphDef): string[] => graph.getMetaInfoDef()?.getTagsList() ?? [];
  const meta = graphs.find((graph) => tagsOf(graph).includes(ownTag)) ?? graphs[0];
  const graph = meta?.getGraphDef();
  if (!meta || !graph) throw damaged('saved_model.pb holds no graph');
  const signature = servingSignature(meta);
  const [input] = valuesOf(signature.getInputsMap());
  if (!input) throw damaged('saved_model.pb names no input');
  const functions = new Map(
    (graph.getLibrary()?.getFunctionList() ?? []).map((each) => [
      each.getSignature()?.getName() ?? '',
      each,
    ]),
  );
  const outputs = valuesOf(signature.getOutputsMap()).map((info) => nodeOf(info.getName()));
  const walk = new Walk(graph.getNodeList(), functions, proto.DataType['DT_FLOAT'] ?? 1);
  const candidates = walk.candidates(outputs);
  return {
    input: inputOf(shapeOf(input), typeName(proto, input.getDtype())),
    candidates,
    operations: {
      running: walk.operations(outputs),
      restoring: walk.operations(restoringRoots(meta)),
      all: [graph.getNodeList(), ...[...functions.values()].map((each) => each.getNodeDefList())]
        .flat()
        .map((node) => node.getOp()),
    },
    withOutputs: (names) => {
      const wanted = names.map((name) => {
        const candidate = candidates.find((each) => each.name === name);
        if (!candidate) throw new Error(`there is no layer ${name}`);
        return candidate;
      });
      const exposing = new Exposing(proto, graph.getNodeList(), functions);
      const own = new proto.SignatureDef();
      own.getInputsMap().set(ownInput, input);
      own.setMethodName('tensorflow/serving/predict');
      const keys = wanted.map((candidate, index) => {
        const info = new proto.TensorInfo();
        info.setName(exposing.tensorOf(candidate));
        info.setDtype(proto.DataType['DT_FLOAT'] ?? 1);
        info.setTensorShape(new proto.TensorShape());
        const key = `layer${index}`;
        own.getOutputsMap().set(key, info);
        return key;
      });
      // tfjs-node reads all signatures, and gives up at types of numbers that it does not know.
      const signatures = meta.getSignatureDefMap();
      const others: string[] = [];
      signatures.forEach((_, name) => {
        if (!name.startsWith('__')) others.push(name);
      });
      for (const name of others) signatures.del(name);
      signatures.set(ownSignature, own);
      meta.getMetaInfoDef()?.setTagsList([ownTag]);
      // Other graphs are for other tags, and were not looked at.
      model.setMetaGraphsList([meta]);
      return { bytes: model.serializeBinary(), outputs: keys };
    },
  };
}

/** @throws LookalikeError `model-unsuitable` when none takes one picture */
function servingSignature(meta: MetaGraphDef): SignatureDef {
  const all = new Map<string, SignatureDef>();
  meta.getSignatureDefMap().forEach((signature, name) => {
    // One that we wrote is made anew.
    if (name !== ownSignature && !name.startsWith('__')) all.set(name, signature);
  });
  const usual = all.get('serving_default') ?? [...all.values()][0];
  if (!usual)
    throw new LookalikeError(
      'model-unsuitable',
      'This SavedModel has no signature, so nothing says what goes in and what comes out. ' +
        'Export it with one, such as “serving_default”.',
    );
  const inputs = valuesOf(usual.getInputsMap()).length;
  if (inputs !== 1)
    throw new LookalikeError(
      'model-unsuitable',
      `This network has ${inputs} inputs. Lookalike can only give it one picture.`,
    );
  return usual;
}

/** What TensorFlow runs by itself when it loads a SavedModel. */
function restoringRoots(meta: MetaGraphDef): string[] {
  const roots = [meta.getSaverDef()?.getRestoreOpName() ?? ''];
  meta.getSignatureDefMap().forEach((signature, name) => {
    if (name.startsWith('__'))
      for (const info of valuesOf(signature.getOutputsMap())) roots.push(info.getName());
  });
  meta.getCollectionDefMap().forEach((collection, name) => {
    if (name === 'saved_model_main_op' || name === 'legacy_init_op')
      roots.push(...(collection.getNodeList()?.getValueList() ?? []));
  });
  return roots.filter((root) => root !== '').map(nodeOf);
}

function valuesOf<Value>(map: { forEach(each: (value: Value) => void): void }): Value[] {
  const values: Value[] = [];
  map.forEach((value) => values.push(value));
  return values;
}

function shapeOf(info: TensorInfo): number[] | undefined {
  const shape = info.getTensorShape();
  return shape && !shape.getUnknownRank()
    ? shape.getDimList().map((dimension) => dimension.getSize())
    : undefined;
}

function typeName({ DataType }: Proto, type: number): string {
  const found = Object.entries(DataType).find(([, value]) => value === type)?.[0] ?? 'unknown';
  return found === 'DT_FLOAT' ? 'float32' : found.replace(/^DT_/, '').toLowerCase();
}

/** Goes from outputs back through a graph and the functions that it calls. */
class Walk {
  readonly #nodes: readonly NodeDef[];
  readonly #functions: ReadonlyMap<string, FunctionDef>;
  readonly #float: number;

  constructor(
    nodes: readonly NodeDef[],
    functions: ReadonlyMap<string, FunctionDef>,
    float: number,
  ) {
    this.#nodes = nodes;
    this.#functions = functions;
    this.#float = float;
  }

  /** The operations of all nodes that `roots` need, and of every function that they call. */
  operations(roots: readonly string[]): string[] {
    const found: string[] = [];
    const entered = new Set<string>();
    const take = (nodes: readonly NodeDef[]): void => {
      for (const node of nodes) {
        found.push(node.getOp());
        for (const name of calledBy(node)) {
          const called = this.#functions.get(name);
          if (!called || entered.has(name)) continue;
          entered.add(name);
          take(called.getNodeDefList());
        }
      }
    };
    const needed = new Set(pathTo(this.#nodes.map(plain), roots));
    take(this.#nodes.filter((node) => needed.has(node.getName())));
    return found;
  }

  /** In the order in which they are computed. */
  candidates(roots: readonly string[]): Candidate[] {
    const found: Candidate[] = [];
    const names = new LayerNames();
    const visit = (frame: Frame | null, ends: readonly string[], prefix: string): void => {
      const nodes = frame ? frame.function.getNodeDefList() : this.#nodes;
      const byName = new Map(nodes.map((node) => [node.getName(), node]));
      for (const name of pathTo(nodes.map(plain), ends)) {
        const node = byName.get(name);
        if (!node) continue;
        const [called] = calledBy(node);
        const inner = called === undefined ? undefined : this.#functions.get(called);
        if (inner && depthOf(frame) < 20)
          visit(
            { function: inner, caller: frame, call: name },
            valuesOf(inner.getRetMap()).map(nodeOf),
            `${prefix}${name}/`,
          );
        else if (layerOperations.has(node.getOp()) && this.#isFloat(node)) {
          const kind = node.getOp();
          found.push({ name: names.nameFor(`${prefix}${name}`, kind), kind, frame, node: name });
        }
      }
    };
    visit(null, roots, '');
    return found;
  }

  #isFloat(node: NodeDef): boolean {
    return node.getAttrMap().get('T')?.getType() === this.#float;
  }
}

function depthOf(frame: Frame | null): number {
  return frame === null ? 0 : 1 + depthOf(frame.caller);
}

function plain(node: NodeDef): GraphNode {
  return { name: node.getName(), op: node.getOp(), input: node.getInputList() };
}

/** The functions that a node names. */
function calledBy(node: NodeDef): string[] {
  const names: string[] = [];
  node.getAttrMap().forEach((value) => {
    if (value.hasFunc()) names.push(value.getFunc()?.getName() ?? '');
  });
  return names;
}

/** Makes nodes within functions outputs of the graph. */
class Exposing {
  readonly #proto: Proto;
  readonly #nodes: readonly NodeDef[];
  readonly #functions: ReadonlyMap<string, FunctionDef>;

  constructor(
    proto: Proto,
    nodes: readonly NodeDef[],
    functions: ReadonlyMap<string, FunctionDef>,
  ) {
    this.#proto = proto;
    this.#nodes = nodes;
    this.#functions = functions;
  }

  /** The name of a tensor at the top of the graph. */
  tensorOf({ frame, node }: Candidate): string {
    return frame === null ? `${node}:0` : this.#expose(frame, referenceTo(frame.function, node));
  }

  /** @param reference to a tensor within the function */
  #expose({ function: inner, caller, call }: Frame, reference: string): string {
    const signature = inner.getSignature();
    if (!signature) throw damaged('A function of this graph has no signature');
    const place = signature.getOutputArgList().length;
    const name = `lookalike_${place}`;
    const arg = new this.#proto.OpDef.ArgDef();
    arg.setName(name);
    arg.setType(this.#proto.DataType['DT_FLOAT'] ?? 1);
    signature.addOutputArg(arg);
    inner.getRetMap().set(name, reference);
    for (const node of this.#callsOf(signature.getName())) {
      node
        .getAttrMap()
        .get('Tout')
        ?.getList()
        ?.addType(this.#proto.DataType['DT_FLOAT'] ?? 1);
      // A note of the shapes of its outputs, which would have to have one more.
      node.getAttrMap().del('_output_shapes');
    }
    // Within a function an output is named by its argument and place, at the top by its place only.
    return caller === null ? `${call}:${place}` : this.#expose(caller, `${call}:output:${place}`);
  }

  *#callsOf(name: string): Iterable<NodeDef> {
    const everywhere = [
      this.#nodes,
      ...[...this.#functions.values()].map((each) => each.getNodeDefList()),
    ];
    for (const nodes of everywhere)
      for (const node of nodes) if (calledBy(node).includes(name)) yield node;
  }
}

/** How a function itself refers to the first output of one of its nodes. */
function referenceTo(inner: FunctionDef, node: string): string {
  const inputs = inner.getNodeDefList().flatMap((each) => each.getInputList());
  for (const reference of [...inputs, ...valuesOf(inner.getRetMap())])
    if (reference.startsWith(`${node}:`) && reference.endsWith(':0')) return reference;
  throw damaged(`Nothing in this graph uses the output of ${node}`);
}

function damaged(sentence: string, cause?: unknown): LookalikeError {
  return new LookalikeError('model-damaged', `${sentence}. Copy or export the model again.`, {
    cause,
  });
}
