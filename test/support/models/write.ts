/** Writes networks in the three formats in which people have them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Layers from '@tensorflow/tfjs-layers';
import { side, tf } from './architectures.ts';
import { graphOf, inputNode, type Attribute, type Node } from './graph.ts';

/** A layers model in two shards, as the official packages save it. */
export async function writeLayersModel(folder: string, model: Layers.LayersModel): Promise<void> {
  await mkdir(folder, { recursive: true });
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      await writeJson(
        folder,
        'layers-model',
        modelTopology as object,
        weightSpecs ?? [],
        bytesOf(weightData),
      );
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
}

function bytesOf(data: unknown): Uint8Array {
  if (!(data instanceof ArrayBuffer)) throw new Error('the weights are in one piece');
  return new Uint8Array(data);
}

/** A graph model; `nodes` may be changed before. */
export async function writeGraphModel(folder: string, nodes: readonly Node[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const constants = nodes.flatMap(({ name, value }) => (value ? [{ name, ...value }] : []));
  const specs = constants.map(({ name, values, shape }) => ({
    name,
    shape,
    dtype: values instanceof Float32Array ? 'float32' : 'int32',
  }));
  const data = Buffer.concat(
    constants.map(({ values }) => Buffer.from(values.buffer, values.byteOffset, values.byteLength)),
  );
  const topology = {
    node: nodes.map(({ name, op, inputs, attributes, value }) => ({
      name,
      op,
      input: inputs,
      attr: {
        ...Object.fromEntries(Object.entries(attributes).map(([key, each]) => [key, asJson(each)])),
        ...(op === 'Placeholder' && { shape: { shape: { dim: dims([-1, side, side, 3]) } } }),
        ...(value && {
          value: {
            tensor: { ...asJson(attributes['dtype']), tensorShape: { dim: dims(value.shape) } },
          },
        }),
      },
    })),
    versions: { producer: 1087 },
  };
  await writeJson(folder, 'graph-model', topology, specs, data);
}

function dims(shape: readonly number[]): { size: string }[] {
  return shape.map((length) => ({ size: String(length) }));
}

function asJson(attribute: Attribute | undefined): object {
  if (!attribute) return {};
  if ('type' in attribute) return { type: attribute.type };
  if ('ints' in attribute) return { list: { i: attribute.ints.map(String) } };
  if ('text' in attribute) return { s: Buffer.from(attribute.text).toString('base64') };
  if ('flag' in attribute) return { b: attribute.flag };
  return { f: attribute.float };
}

async function writeJson(
  folder: string,
  format: string,
  modelTopology: object,
  weights: readonly object[],
  data: Uint8Array,
): Promise<void> {
  const half = Math.floor(data.length / 2);
  const paths = ['group1-shard1of2.bin', 'group1-shard2of2.bin'] as const;
  await writeFile(join(folder, paths[0]), data.subarray(0, half));
  await writeFile(join(folder, paths[1]), data.subarray(half));
  const content = { format, modelTopology, weightsManifest: [{ paths, weights }] };
  await writeFile(join(folder, 'model.json'), JSON.stringify(content));
}

/** The name of the first output of each operation, by which functions refer to it. */
const outputNames: Record<string, string> = {
  ...{ FusedBatchNormV3: 'y', Relu: 'activations', Relu6: 'activations', AddV2: 'z' },
  ...{ MatMul: 'product', Softmax: 'softmax' },
};

// The classes of protobuf come without types; here they only write what tests make up.
/* eslint-disable @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument */

/**
 * A SavedModel whose network is a function that the top of the graph calls, as in those of Keras.
 * @param inTop nodes beside the call, which nothing needs
 */
export async function writeSavedModel(
  folder: string,
  nodes: readonly Node[],
  inTop: readonly Node[] = [],
): Promise<void> {
  const proto = createRequire(import.meta.url)('@tensorflow/tfjs-node/dist/proto/api_pb.js');
  const ops = new Map(nodes.map(({ name, op }) => [name, op]));
  const refer = (name: string): string =>
    name === inputNode ? 'arg' : `${name}:${outputNames[ops.get(name) ?? ''] ?? 'output'}:0`;
  const shapeOf = (sides: readonly number[]) => {
    const shape = new proto.TensorShape();
    for (const length of sides) {
      const dim = new proto.TensorShape.Dim();
      dim.setSize(length);
      shape.addDim(dim);
    }
    return shape;
  };
  const attributeOf = (attribute: Attribute) => {
    const value = new proto.AttrValue();
    if ('type' in attribute) value.setType(proto.DataType[attribute.type]);
    else if ('text' in attribute) value.setS(Buffer.from(attribute.text));
    else if ('flag' in attribute) value.setB(attribute.flag);
    else if ('float' in attribute) value.setF(attribute.float);
    else {
      const list = new proto.AttrValue.ListValue();
      list.setIList(attribute.ints);
      value.setList(list);
    }
    return value;
  };
  const nodeOf = (node: Node, inputs: string[]) => {
    const made = new proto.NodeDef();
    made.setName(node.name);
    made.setOp(node.op);
    made.setInputList(inputs);
    for (const [key, each] of Object.entries(node.attributes))
      made.getAttrMap().set(key, attributeOf(each));
    if (node.value) {
      const tensor = new proto.Tensor();
      const { values, shape } = node.value;
      tensor.setDtype(proto.DataType[values instanceof Float32Array ? 'DT_FLOAT' : 'DT_INT32']);
      tensor.setTensorShape(shapeOf(shape));
      tensor.setTensorContent(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      const value = new proto.AttrValue();
      value.setTensor(tensor);
      made.getAttrMap().set('value', value);
    }
    return made;
  };
  const float = proto.DataType.DT_FLOAT;
  const argument = (name: string) => {
    const made = new proto.OpDef.ArgDef();
    made.setName(name);
    made.setType(float);
    return made;
  };
  const inner = new proto.FunctionDef();
  const signature = new proto.OpDef();
  signature.setName('__inference_network');
  signature.addInputArg(argument('arg'));
  signature.addOutputArg(argument('identity'));
  inner.setSignature(signature);
  for (const node of nodes)
    if (node.name !== inputNode) inner.addNodeDef(nodeOf(node, node.inputs.map(refer)));
  inner.getRetMap().set('identity', refer(nodes.at(-1)?.name ?? ''));

  const graph = new proto.GraphDef();
  const versions = new proto.VersionDef();
  versions.setProducer(1087);
  graph.setVersions(versions);
  const library = new proto.FunctionDefLibrary();
  library.addFunction(inner);
  graph.setLibrary(library);
  const placeholder: Node = {
    name: 'serving_default_photos',
    op: 'Placeholder',
    inputs: [],
    attributes: { dtype: { type: 'DT_FLOAT' } },
  };
  graph.addNode(nodeOf(placeholder, []));
  const call = nodeOf(
    { name: 'StatefulPartitionedCall', op: 'StatefulPartitionedCall', inputs: [], attributes: {} },
    [placeholder.name],
  );
  for (const key of ['Tin', 'Tout']) {
    const value = new proto.AttrValue();
    const list = new proto.AttrValue.ListValue();
    list.addType(float);
    value.setList(list);
    call.getAttrMap().set(key, value);
  }
  const called = new proto.AttrValue();
  const named = new proto.NameAttrList();
  named.setName('__inference_network');
  called.setFunc(named);
  call.getAttrMap().set('f', called);
  graph.addNode(call);
  for (const node of inTop) graph.addNode(nodeOf(node, node.inputs));

  const info = (name: string, shape: number[]) => {
    const made = new proto.TensorInfo();
    made.setName(name);
    made.setDtype(float);
    made.setTensorShape(shapeOf(shape));
    return made;
  };
  const serving = new proto.SignatureDef();
  serving.getInputsMap().set('photos', info(`${placeholder.name}:0`, [-1, side, side, 3]));
  serving.getOutputsMap().set('output_0', info('StatefulPartitionedCall:0', [-1, 10]));
  serving.setMethodName('tensorflow/serving/predict');
  const meta = new proto.MetaGraphDef();
  const facts = new proto.MetaGraphDef.MetaInfoDef();
  facts.addTags('serve');
  meta.setMetaInfoDef(facts);
  meta.setGraphDef(graph);
  meta.getSignatureDefMap().set('serving_default', serving);
  const saved = new proto.SavedModel();
  saved.setSavedModelSchemaVersion(1);
  saved.addMetaGraphs(meta);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'saved_model.pb'), saved.serializeBinary());
}

/* eslint-enable */

export const formats = ['layers-model', 'graph-model', 'saved-model'] as const;

/** The same network in one of the formats. */
export async function writeModel(
  folder: string,
  format: (typeof formats)[number],
  model: Layers.LayersModel,
): Promise<void> {
  if (format === 'layers-model') await writeLayersModel(folder, model);
  else await (format === 'graph-model' ? writeGraphModel : writeSavedModel)(folder, graphOf(model));
}
