/**
 * Writes a network as a TensorFlow SavedModel, which is how native TensorFlow runs it fastest: the
 * whole graph in one call, with convolution, bias and activation fused by TensorFlow itself.
 *
 * The SavedModel is made from the same weights as everything else and kept in the cache folder, one
 * folder per network, head and version of this file. Only a whole one is ever used: it is written under a
 * temporary name and renamed, and its checksum is looked at each time.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { LookalikeError, messageOf, systemCode } from '../errors.ts';
import { type Constant, convolutionConstants, type Model } from './architecture.ts';

/** Change this when the graph below changes, so that SavedModels of before are not used. */
const GRAPH_VERSION = 1;

/** The names under which `tf.node.loadSavedModel` finds the two things the network can be asked. */
export const SIGNATURES = { embedding: 'embedding', lastMap: 'last_map' } as const;
export const TAG = 'serve';

/** The producer version of the graph format: that of TensorFlow 2.9, which tfjs-node was made for. */
const GRAPH_PRODUCER = 1087;
const GRAPH_FILE = 'saved_model.pb';
const CHECKSUM_FILE = 'saved_model.sha256';

/**
 * Makes sure that the SavedModel of `model` is in `cacheFolder`.
 *
 * @returns the folder to give to `tf.node.loadSavedModel`.
 */
export async function ensureSavedModel(model: Model, cacheFolder: string): Promise<string> {
  const { architecture, head } = model;
  const sources = new Set([architecture.weights.sha256, head.sha256]);
  const name = [...sources].map((sha256) => sha256.slice(0, 16)).join('-');
  const folder = join(cacheFolder, 'saved-models', `${name}-${GRAPH_VERSION}`);
  if (await isWhole(folder)) return folder;

  const temporary = `${folder}.${randomUUID()}.tmp`;
  try {
    const content = encodeSavedModel(model);
    // TensorFlow looks for this folder although a graph of constants has no variables.
    await mkdir(join(temporary, 'variables'), { recursive: true });
    await writeFile(join(temporary, GRAPH_FILE), content);
    await writeFile(join(temporary, CHECKSUM_FILE), sha256Of(content));
    await putInPlace(temporary, folder);
  } catch (error) {
    throw notWritten(cacheFolder, error);
  } finally {
    // Where nothing could be written, nothing has to be removed.
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
  }
  return folder;
}

/** Renames `temporary` to `folder`, unless another program has put a whole one there meanwhile. */
async function putInPlace(temporary: string, folder: string): Promise<void> {
  try {
    await rename(temporary, folder);
  } catch {
    // A folder that holds something cannot be replaced by renaming.
    if (await isWhole(folder)) return;
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  }
}

function notWritten(cacheFolder: string, cause: unknown): LookalikeError {
  return systemCode(cause) === 'ENOSPC'
    ? new LookalikeError(
        'disk-full',
        `No room is left for the model in ${cacheFolder}. Make room, then try again.`,
        { cause },
      )
    : new LookalikeError(
        'library-access',
        `The model cannot be written into ${cacheFolder} (${messageOf(cause)}). ` +
          'Make that folder writable.',
        { cause },
      );
}

async function isWhole(folder: string): Promise<boolean> {
  try {
    const content = await readFile(join(folder, GRAPH_FILE));
    return sha256Of(content) === (await readFile(join(folder, CHECKSUM_FILE), 'utf8'));
  } catch {
    // Not there, or not readable: either way it has to be written.
    return false;
  }
}

function sha256Of(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The bytes of `saved_model.pb`: a graph of constants, its input and its two outputs. */
function encodeSavedModel(model: Model): Uint8Array {
  const proto = loadProto();
  const graph = new GraphWriter(proto);
  const { architecture, head } = model;
  const input = graph.node('input', 'Placeholder', [], { dtype: graph.type('DT_FLOAT') });

  let last = input;
  for (const layer of architecture.layers) {
    if (layer.op === 'add') {
      last = graph.node(layer.name, 'AddV2', [last, layer.with]);
      continue;
    }
    const { name, stride, activation } = layer;
    const { kernel, bias } = convolutionConstants(model, layer);
    const convolved = graph.node(
      `${name}/convolution`,
      layer.op === 'conv' ? 'Conv2D' : 'DepthwiseConv2dNative',
      [last, graph.constant(`${name}/kernel`, kernel)],
      {
        strides: graph.integers([1, stride, stride, 1]),
        padding: graph.text(architecture.padding),
      },
    );
    const biased = [convolved, graph.constant(`${name}/bias`, bias)];
    // The last node of a layer carries the layer's name, which is what an 'add' refers to.
    if (activation === 'none') last = graph.node(name, 'BiasAdd', biased);
    else last = graph.node(name, 'Relu6', [graph.node(`${name}/biased`, 'BiasAdd', biased)]);
  }
  const places = graph.integerConstant('pooling/axes', [1, 2]);
  const meanOf = (source: string) =>
    graph.node('pooling/mean', 'Mean', [source, places], { Tidx: graph.type('DT_INT32') });
  const matrix = graph.constant(`${model.headName}/matrix`, head.matrix);
  let embedding: string;
  if (head.bias) {
    const product = graph.node('classifier/product', 'MatMul', [meanOf(last), matrix]);
    const bias = graph.constant('classifier/bias', head.bias);
    const logits = graph.node('classifier/biased', 'BiasAdd', [product, bias]);
    const probabilities = graph.node('classifier/probabilities', 'Softmax', [logits]);
    embedding = graph.node('classifier', 'Sqrt', [probabilities]);
  } else {
    const squares = graph.node('pooling/squares', 'Square', [last]);
    const pooled = graph.node('pooling/root', 'Sqrt', [meanOf(squares)]);
    embedding = graph.node('projection', 'MatMul', [pooled, matrix]);
  }

  const { size } = architecture.input;
  const { inputChannels } = architecture.projection;
  const inputInfo = graph.tensorInfo(input, [-1, size, size, 3]);
  const metaGraph = new proto.MetaGraphDef();
  const info = new proto.MetaGraphDef.MetaInfoDef();
  info.addTags(TAG);
  metaGraph.setMetaInfoDef(info);
  metaGraph.setGraphDef(graph.definition);
  for (const [name, output] of [
    [SIGNATURES.embedding, graph.tensorInfo(embedding, [-1, head.dimensions])],
    [SIGNATURES.lastMap, graph.tensorInfo(last, [-1, -1, -1, inputChannels])],
  ] as const) {
    const signature = new proto.SignatureDef();
    signature.getInputsMap().set('input', inputInfo);
    signature.getOutputsMap().set('output', output);
    signature.setMethodName('tensorflow/serving/predict');
    metaGraph.getSignatureDefMap().set(name, signature);
  }
  const savedModel = new proto.SavedModel();
  savedModel.setSavedModelSchemaVersion(1);
  savedModel.addMetaGraphs(metaGraph);
  return savedModel.serializeBinary();
}

/** Adds nodes to a graph. A node is referred to by its name, which every method returns. */
class GraphWriter {
  readonly definition: GraphDef;
  readonly #proto: Proto;

  constructor(proto: Proto) {
    this.#proto = proto;
    this.definition = new proto.GraphDef();
    const versions = new proto.VersionDef();
    versions.setProducer(GRAPH_PRODUCER);
    this.definition.setVersions(versions);
  }

  /** A node of the op `op` on float32 numbers, unless `attributes` say otherwise. */
  node(name: string, op: string, inputs: string[], attributes: Record<string, AttrValue> = {}) {
    const node = new this.#proto.NodeDef();
    node.setName(name);
    node.setOp(op);
    for (const input of inputs) node.addInput(input);
    const type = 'dtype' in attributes ? {} : { T: this.type('DT_FLOAT') };
    for (const [key, value] of Object.entries({ ...type, ...attributes }))
      node.getAttrMap().set(key, value);
    this.definition.addNode(node);
    return name;
  }

  constant(name: string, { values, shape }: Constant): string {
    return this.#constant(name, 'DT_FLOAT', values, shape);
  }

  integerConstant(name: string, values: number[]): string {
    return this.#constant(name, 'DT_INT32', Int32Array.from(values), [values.length]);
  }

  type(name: DataTypeName): AttrValue {
    return this.#attribute((value) => {
      value.setType(this.#proto.DataType[name]);
    });
  }

  text(text: string): AttrValue {
    return this.#attribute((value) => {
      value.setS(Buffer.from(text));
    });
  }

  integers(numbers: number[]): AttrValue {
    const list = new this.#proto.AttrValue.ListValue();
    list.setIList(numbers);
    return this.#attribute((value) => {
      value.setList(list);
    });
  }

  /** What a signature says about the output of a node; −1 is a side of any length. */
  tensorInfo(node: string, shape: number[]): TensorInfo {
    const info = new this.#proto.TensorInfo();
    info.setName(`${node}:0`);
    info.setDtype(this.#proto.DataType.DT_FLOAT);
    info.setTensorShape(this.#shape(shape));
    return info;
  }

  #constant(
    name: string,
    type: DataTypeName,
    values: Float32Array | Int32Array,
    shape: number[],
  ): string {
    const tensor = new this.#proto.Tensor();
    tensor.setDtype(this.#proto.DataType[type]);
    tensor.setTensorShape(this.#shape(shape));
    tensor.setTensorContent(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    const value = this.#attribute((attribute) => {
      attribute.setTensor(tensor);
    });
    return this.node(name, 'Const', [], { dtype: this.type(type), value });
  }

  #shape(sides: number[]): TensorShape {
    const shape = new this.#proto.TensorShape();
    for (const side of sides) {
      const dimension = new this.#proto.TensorShape.Dim();
      dimension.setSize(side);
      shape.addDim(dimension);
    }
    return shape;
  }

  #attribute(fill: (value: AttrValue) => void): AttrValue {
    const value = new this.#proto.AttrValue();
    fill(value);
    return value;
  }
}

// tfjs-node ships the protobuf classes it reads SavedModels with, without types. These are the parts
// used above; the messages are those of tensorflow/core/framework and tensorflow/core/protobuf.

type DataTypeName = 'DT_FLOAT' | 'DT_INT32';

interface TensorShape {
  addDim(dimension: Dimension): void;
}
interface Dimension {
  setSize(size: number): void;
}
interface TensorMessage {
  setDtype(type: number): void;
  setTensorShape(shape: TensorShape): void;
  setTensorContent(bytes: Uint8Array): void;
}
interface ListValue {
  setIList(numbers: number[]): void;
}
interface AttrValue {
  setType(type: number): void;
  setS(bytes: Uint8Array): void;
  setList(list: ListValue): void;
  setTensor(tensor: TensorMessage): void;
}
interface NodeDef {
  setName(name: string): void;
  setOp(op: string): void;
  addInput(name: string): void;
  getAttrMap(): Map<string, AttrValue>;
}
interface VersionDef {
  setProducer(version: number): void;
}
interface GraphDef {
  addNode(node: NodeDef): void;
  setVersions(versions: VersionDef): void;
}
interface TensorInfo {
  setName(name: string): void;
  setDtype(type: number): void;
  setTensorShape(shape: TensorShape): void;
}
interface SignatureDef {
  getInputsMap(): Map<string, TensorInfo>;
  getOutputsMap(): Map<string, TensorInfo>;
  setMethodName(name: string): void;
}
interface MetaInfo {
  addTags(tag: string): void;
}
interface MetaGraphDef {
  setMetaInfoDef(info: MetaInfo): void;
  setGraphDef(graph: GraphDef): void;
  getSignatureDefMap(): Map<string, SignatureDef>;
}
interface SavedModel {
  setSavedModelSchemaVersion(version: number): void;
  addMetaGraphs(metaGraph: MetaGraphDef): void;
  serializeBinary(): Uint8Array;
}
interface Proto {
  SavedModel: new () => SavedModel;
  MetaGraphDef: { new (): MetaGraphDef; MetaInfoDef: new () => MetaInfo };
  GraphDef: new () => GraphDef;
  NodeDef: new () => NodeDef;
  AttrValue: { new (): AttrValue; ListValue: new () => ListValue };
  Tensor: new () => TensorMessage;
  TensorShape: { new (): TensorShape; Dim: new () => Dimension };
  TensorInfo: new () => TensorInfo;
  SignatureDef: new () => SignatureDef;
  VersionDef: new () => VersionDef;
  DataType: Record<DataTypeName, number>;
}

function loadProto(): Proto {
  const require = createRequire(import.meta.url);
  return require('@tensorflow/tfjs-node/dist/proto/api_pb.js') as Proto;
}
