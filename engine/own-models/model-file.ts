/**
 * The `model.json` of TensorFlow.js: its form, what its network consists of, and which weights it
 * says to have. Only what can be told without TensorFlow; nothing is loaded yet.
 */
import { z } from 'zod';
import { LookalikeError } from '../errors.ts';
import { layerClasses, tensorOperations } from './operations.ts';

const side = z.int().nonnegative();

const weightSpec = z.object({
  name: z.string(),
  shape: z.array(side),
  dtype: z.string(),
  quantization: z
    .object({
      dtype: z.enum(['uint8', 'uint16', 'float16']),
      scale: z.number().optional(),
      min: z.number().optional(),
      original_dtype: z.string().optional(),
    })
    .optional(),
});

const modelFile = z.object({
  format: z.string().nullish(),
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z.array(z.object({ paths: z.array(z.string()), weights: z.array(weightSpec) })),
  signature: z.record(z.string(), z.unknown()).nullish(),
  userDefinedMetadata: z.record(z.string(), z.unknown()).nullish(),
  initializerSignature: z.unknown().optional(),
});

export type WeightSpec = z.infer<typeof weightSpec>;

export interface ModelFile {
  format: 'layers-model' | 'graph-model';
  /** The network, as TensorFlow.js reads it. */
  topology: Record<string, unknown>;
  manifest: z.infer<typeof modelFile>['weightsManifest'];
  signature: Record<string, unknown> | null;
  metadata: Record<string, unknown> | null;
}

/** The weights that a file describes, in the order in which their bytes follow each other. */
export interface Weights {
  paths: string[];
  specs: WeightSpec[];
  bytes: number;
}

/**
 * Reads the text of a `model.json`.
 *
 * @returns null when it is JSON, but nothing of a model
 * @throws LookalikeError `model-damaged`, `model-unsafe`, `model-unsuitable`
 */
export function parseModelFile(text: string, name: string): ModelFile | null {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    if (name !== 'model.json') return null;
    throw damaged(`${name} is not whole: it is no valid JSON`, cause);
  }
  const isModel = typeof content === 'object' && content !== null && 'modelTopology' in content;
  if (!isModel && name !== 'model.json') return null;
  const parsed = modelFile.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw damaged(
      `${name} has not the form of a TensorFlow.js model (${issue?.path.join('.') ?? ''})`,
    );
  }
  const { modelTopology: topology, weightsManifest: manifest } = parsed.data;
  const { signature = null, userDefinedMetadata: metadata = null } = parsed.data;
  const format = 'node' in topology ? 'graph-model' : 'layers-model';
  if (format === 'graph-model') checkNodes(topology);
  else checkLayers(topology);
  if (parsed.data.initializerSignature != null || hasItems(topology['library']))
    throw new LookalikeError(
      'model-unsuitable',
      'This graph has functions or tables of its own, which networks for pictures do without. ' +
        'Export the network alone.',
    );
  return { format, topology, manifest, signature, metadata };
}

function hasItems(library: unknown): boolean {
  const functions = z.object({ function: z.array(z.unknown()).min(1) }).safeParse(library);
  return functions.success;
}

const bytesOf: Record<string, number> = {
  ...{ float32: 4, int32: 4, float16: 2, uint16: 2, uint8: 1, bool: 1 },
};

/**
 * What weights there are to be.
 * @throws LookalikeError `model-damaged`; `model-unsafe` for paths that lead out of the folder
 */
export function checkedWeights({ manifest }: ModelFile): Weights {
  const paths = manifest.flatMap((group) => group.paths);
  const specs = manifest.flatMap((group) => group.weights);
  for (const path of paths) checkPath(path);
  if (new Set(paths).size !== paths.length) throw damaged('A file of weights is named twice');
  let bytes = 0;
  for (const { name, shape, dtype, quantization } of specs) {
    const each = bytesOf[quantization?.dtype ?? dtype];
    if (each === undefined)
      throw new LookalikeError(
        'model-unsuitable',
        `The weight ${name} consists of ${dtype}, which is no kind of number that Lookalike reads.`,
      );
    const count = shape.reduce((product, length) => product * length, 1);
    bytes += count * each;
    if (!Number.isSafeInteger(bytes)) throw damaged(`The weight ${name} has an impossible size`);
  }
  return { paths, specs, bytes };
}

/** @throws LookalikeError `model-unsafe` unless it is a plain path below the folder */
function checkPath(path: string): void {
  const parts = path.split('/');
  const isPlain =
    !/[\\:\0]/.test(path) && parts.every((part) => part !== '' && part !== '.' && part !== '..');
  if (!isPlain)
    throw new LookalikeError(
      'model-unsafe',
      `This model wants to read “${path}”, which is outside of its folder. It is refused.`,
    );
}

/** @throws LookalikeError `model-unsafe` naming the operations that are not allowed */
function checkNodes(topology: Record<string, unknown>): void {
  const nodes = z.array(z.object({ name: z.string(), op: z.string() })).safeParse(topology['node']);
  if (!nodes.success) throw damaged('The list of the nodes of this graph has another form');
  refuseOthers(
    nodes.data.map(({ op }) => op),
    tensorOperations,
    'operations',
  );
}

/**
 * @throws LookalikeError `model-unsafe` naming the layers that are not allowed, `model-unsuitable` where
 *   TensorFlow.js cannot read them
 */
function checkLayers(topology: Record<string, unknown>): void {
  const classes: string[] = [];
  const network = topology['model_config'] ?? topology['modelConfig'] ?? topology;
  collectLayers(network, classes, 0);
  if (classes.length === 0) throw damaged('This model has no layers');
  refuseOthers(classes, layerClasses, 'layers');
  const { keras_version: version } = topology;
  if ((typeof version === 'string' && /^[3-9]\./.test(version)) || isOfKeras3(network))
    throw new LookalikeError(
      'model-unsuitable',
      'This model was saved by Keras 3, which describes layers in a way that TensorFlow.js does not ' +
        'read. Write it with model.export("folder") and add that folder.',
    );
}

/** Only Keras 3 says of each layer which module it is from. */
function isOfKeras3(network: unknown): boolean {
  const ofModule = z.object({ module: z.string() });
  const layers = z.object({ config: z.object({ layers: z.array(z.unknown()) }) });
  if (ofModule.safeParse(network).success) return true;
  const parsed = layers.safeParse(network);
  return (
    parsed.success && parsed.data.config.layers.some((each) => ofModule.safeParse(each).success)
  );
}

const layer = z.object({
  class_name: z.string(),
  config: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]),
});

/** The classes of a layer and of all within it. */
function collectLayers(value: unknown, into: string[], depth: number): void {
  const parsed = layer.safeParse(value);
  if (!parsed.success || depth > 10) throw damaged('The description of a layer has another form');
  const { class_name: name, config } = parsed.data;
  into.push(name);
  const inner = Array.isArray(config) ? config : config['layers'];
  if (Array.isArray(inner)) for (const each of inner) collectLayers(each, into, depth + 1);
  // A layer around another, such as TimeDistributed.
  if (!Array.isArray(config) && config['layer'] !== undefined)
    collectLayers(config['layer'], into, depth + 1);
}

/** @throws LookalikeError `model-unsafe` */
export function refuseOthers(
  found: Iterable<string>,
  allowed: ReadonlySet<string>,
  what: 'operations' | 'layers',
): void {
  const others = [...new Set(found)].filter((name) => !allowed.has(name)).sort();
  if (others.length === 0) return;
  const named = others.slice(0, 5).join(', ') + (others.length > 5 ? ' and others' : '');
  throw new LookalikeError(
    'model-unsafe',
    `This model has ${what} that Lookalike does not run: ${named}. Only those are run that compute ` +
      'numbers from numbers.',
  );
}

function damaged(sentence: string, cause?: unknown): LookalikeError {
  return new LookalikeError('model-damaged', `${sentence}. Copy or export the model again.`, {
    cause,
  });
}
