/** What is refused before anything is run, and how it is said. */
import { describe, expect, test } from 'vitest';
import { readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { largestModel } from '../../../engine/own-models/files.ts';
import { asModelError, lookAt } from '../../../engine/own-models/look.ts';
import { loadBackend } from '../../../engine/tensorflow/backend.ts';
import { buildNetwork } from '../../support/models/architectures.ts';
import { graphOf, type Node } from '../../support/models/graph.ts';
import { writeGraphModel, writeLayersModel, writeSavedModel } from '../../support/models/write.ts';
import { temporaryFolder } from '../tensorflow/models.ts';

const look = (folder: string) =>
  lookAt(folder, { inputSize: null, scaling: null, layer: null }, () => loadBackend('wasm'));

/** Nothing is loaded of what can be told to be wrong before. */
const lookOnly = (folder: string) =>
  lookAt(folder, { inputSize: null, scaling: null, layer: null }, () =>
    Promise.reject(new Error('TensorFlow was loaded')),
  );

interface ModelJson {
  modelTopology: { config: { layers: { class_name: string }[] } };
  weightsManifest: [{ paths: string[]; weights: { name: string; shape: number[] }[] }];
}

/** A layers model whose model.json is changed. */
async function changed(
  change: (json: ModelJson, folder: string) => void | Promise<void>,
): Promise<{ path: string } & AsyncDisposable> {
  const folder = await temporaryFolder();
  await writeLayersModel(folder.path, buildNetwork('mobilenet'));
  const file = join(folder.path, 'model.json');
  const json = JSON.parse(await readFile(file, 'utf8')) as ModelJson;
  await change(json, folder.path);
  await writeFile(file, JSON.stringify(json));
  return folder;
}

const refusal = (code: string, words: string) => ({
  code,
  message: expect.stringContaining(words) as string,
});

describe('a folder', () => {
  test('without a model is told so, with the formats that there are', async () => {
    await using folder = await temporaryFolder();
    await expect(lookOnly(folder.path)).rejects.toMatchObject(
      refusal('model-unknown-format', 'saved_model.pb'),
    );
    await writeFile(join(folder.path, 'net.h5'), '');
    await writeFile(join(folder.path, 'other.json'), '{"a": 1}');
    await expect(lookOnly(folder.path)).rejects.toMatchObject(
      refusal('model-unknown-format', 'net.h5'),
    );
  });

  test('around that of a model leads there', async () => {
    await using folder = await temporaryFolder();
    await writeLayersModel(join(folder.path, 'inner'), buildNetwork('mobilenet'));
    await expect(lookOnly(folder.path)).rejects.toMatchObject(
      refusal('model-unknown-format', '“inner”'),
    );
  });
});

describe('weights', () => {
  test.each([
    '../secret.bin',
    '/etc/passwd',
    'https://example.org/weights.bin',
    'inner/../../secret.bin',
    'C:\\secret.bin',
  ])('at %s are not read', async (path) => {
    await using folder = await changed(({ weightsManifest: [group] }) => {
      group.paths[0] = path;
    });
    await expect(lookOnly(folder.path)).rejects.toMatchObject(refusal('model-unsafe', path));
  });

  test('that are a link to a place outside are not read', async () => {
    await using outside = await temporaryFolder();
    await using folder = await changed(async ({ weightsManifest: [group] }, path) => {
      const shard = join(path, group.paths[0] ?? '');
      await writeFile(join(outside.path, 'weights'), await readFile(shard));
      await rm(shard);
      await symlink(join(outside.path, 'weights'), shard);
    });
    await expect(lookOnly(folder.path)).rejects.toMatchObject(
      refusal('model-unsafe', 'group1-shard1of2.bin'),
    );
  });

  test('that are missing, or of another size than described, are damage', async () => {
    await using missing = await changed(({ weightsManifest: [group] }, path) =>
      rm(join(path, group.paths[1] ?? '')),
    );
    await expect(lookOnly(missing.path)).rejects.toMatchObject(
      refusal('model-damaged', 'group1-shard2of2.bin'),
    );
    await using short = await changed(({ weightsManifest: [group] }, path) =>
      truncate(join(path, group.paths[1] ?? ''), 8),
    );
    await expect(lookOnly(short.path)).rejects.toMatchObject(refusal('model-damaged', 'bytes'));
    await using large = await changed(({ weightsManifest: [group] }) => {
      group.weights[0]?.shape.push(Number.MAX_SAFE_INTEGER);
    });
    await expect(lookOnly(large.path)).rejects.toMatchObject(
      refusal('model-damaged', 'impossible size'),
    );
  });

  test('in a file that is named twice are damage', async () => {
    await using folder = await changed(({ weightsManifest: [group] }) => {
      group.paths[1] = group.paths[0] ?? '';
    });
    await expect(lookOnly(folder.path)).rejects.toMatchObject(
      refusal('model-damaged', 'named twice'),
    );
  });

  test('that are larger than a model may be are told so', async () => {
    await using folder = await changed(({ weightsManifest: [group] }, path) => {
      group.weights.push({ name: 'huge', shape: [largestModel], dtype: 'uint8' } as never);
      // A file with a hole: it takes no room.
      return truncate(join(path, group.paths[1] ?? ''), largestModel);
    });
    await expect(lookOnly(folder.path)).rejects.toMatchObject({
      code: /model-(unsuitable|damaged)/,
    });
  });

  test('that do not fit the layers are damage', async () => {
    await using folder = await changed(({ weightsManifest: [group] }) => {
      group.weights[0]?.shape.reverse();
    });
    await expect(look(folder.path)).rejects.toMatchObject({ code: 'model-damaged' });
  });
});

describe('a network', () => {
  test('whose model.json is cut off is damaged', async () => {
    await using folder = await changed(() => undefined);
    await truncate(join(folder.path, 'model.json'), 100);
    await expect(lookOnly(folder.path)).rejects.toMatchObject(
      refusal('model-damaged', 'no valid JSON'),
    );
  });

  test.each(['Lambda', 'TFOpLambda', 'MyCompany>Attention'])(
    'with a layer %s is refused by its name',
    async (name) => {
      await using folder = await changed(({ modelTopology }) => {
        const layer = modelTopology.config.layers[3];
        if (layer) layer.class_name = name;
      });
      await expect(lookOnly(folder.path)).rejects.toMatchObject(refusal('model-unsafe', name));
    },
  );

  test.each(['that names its version', 'that does not'])(
    'of Keras 3 %s is told that TensorFlow.js cannot read it, and what to do',
    async (which) => {
      await using folder = await temporaryFolder();
      const modelTopology = keras3Network(which === 'that names its version');
      const manifest = [{ paths: [], weights: [] }];
      await writeFile(
        join(folder.path, 'model.json'),
        JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest: manifest }),
      );
      await expect(lookOnly(folder.path)).rejects.toMatchObject(
        refusal('model-unsuitable', 'Keras 3'),
      );
      await expect(lookOnly(folder.path)).rejects.toMatchObject(
        refusal('model-unsuitable', 'model.export("folder")'),
      );
    },
  );

  test.each(['ReadFile', 'PyFunc', 'MyCustomOp', 'HashTableV2', 'While'])(
    'with an operation %s in its graph is refused by its name',
    async (op) => {
      await using folder = await temporaryFolder();
      const nodes = graphOf(buildNetwork('mobilenet'));
      await writeGraphModel(folder.path, [...nodes.slice(0, -1), strange(op), ...nodes.slice(-1)]);
      await expect(lookOnly(folder.path)).rejects.toMatchObject(refusal('model-unsafe', op));
    },
  );

  test('that gives no numbers, or the same for every photo, is unsuitable', async () => {
    await using infinite = await temporaryFolder();
    const nodes = graphOf(buildNetwork('vgg'));
    nodes.find(({ name }) => name === 'fc1/weight1')?.value?.values.fill(Infinity);
    await writeGraphModel(infinite.path, nodes);
    await expect(look(infinite.path)).rejects.toMatchObject(
      refusal('model-unsuitable', 'no numbers'),
    );
    await using blind = await temporaryFolder();
    const same = graphOf(buildNetwork('mobilenet'));
    same.find(({ name }) => name === 'conv1/weight0')?.value?.values.fill(0);
    await writeGraphModel(blind.path, same);
    await expect(look(blind.path)).rejects.toMatchObject(refusal('model-unsuitable', 'the same'));
  });
});

const withoutNative = await loadBackend('native').then(
  () => null,
  (error: unknown) => String(error),
);

describe.skipIf(withoutNative)(
  `a SavedModel${withoutNative === null ? '' : ` (${withoutNative})`}`,
  () => {
    const lookNative = (folder: string) =>
      lookAt(folder, { inputSize: null, scaling: null, layer: null }, () => loadBackend('native'));

    test.each(['WriteFile', 'EagerPyFunc', 'MyCustomOp'])(
      'that runs %s is refused by its name',
      async (op) => {
        await using folder = await temporaryFolder();
        const nodes = graphOf(buildNetwork('vgg'));
        const last = nodes.at(-1);
        last?.inputs.push('strange');
        await writeSavedModel(folder.path, [
          ...nodes.slice(0, -1),
          strange(op),
          ...nodes.slice(-1),
        ]);
        await expect(lookNative(folder.path)).rejects.toMatchObject(refusal('model-unsafe', op));
      },
    );

    test('that holds WriteFile is refused although nothing runs it', async () => {
      await using folder = await temporaryFolder();
      await writeSavedModel(folder.path, graphOf(buildNetwork('vgg')), [strange('WriteFile')]);
      await expect(lookNative(folder.path)).rejects.toMatchObject(
        refusal('model-unsafe', 'WriteFile'),
      );
    });

    test('that is cut off, or whose weights are missing, is damaged', async () => {
      await using folder = await temporaryFolder();
      await writeSavedModel(folder.path, graphOf(buildNetwork('vgg')));
      await truncate(join(folder.path, 'saved_model.pb'), 5000);
      await expect(lookNative(folder.path)).rejects.toMatchObject({ code: 'model-damaged' });
    });

    test('is told to need native TensorFlow where there is none', async () => {
      await using folder = await temporaryFolder();
      await writeSavedModel(folder.path, graphOf(buildNetwork('vgg')));
      await expect(look(folder.path)).rejects.toMatchObject(
        refusal('model-unsuitable', 'native TensorFlow'),
      );
    });
  },
);

/** A network as Keras 3 describes it; older files of its converter do not say by which version. */
function keras3Network(isVersionNamed: boolean): object {
  const dtype = { module: 'keras', class_name: 'DTypePolicy', config: { name: 'float32' } };
  const layer = (name: string, config: object, inbound: unknown[], module: object) => ({
    ...{ ...module, class_name: name, registered_name: null, name },
    ...{ config: { name, trainable: true, dtype, ...config }, inbound_nodes: inbound },
  });
  const module = isVersionNamed ? {} : { module: 'keras.layers' };
  const tensor = {
    class_name: '__keras_tensor__',
    config: { keras_history: ['InputLayer', 0, 0] },
  };
  const layers = [
    layer('InputLayer', { batch_shape: [null, 32, 32, 3] }, [], module),
    layer('GlobalAveragePooling2D', {}, [{ args: [tensor], kwargs: {} }], module),
  ];
  const config = {
    ...{ name: 'functional', layers, input_layers: [['InputLayer', 0, 0]] },
    output_layers: [['GlobalAveragePooling2D', 0, 0]],
  };
  return {
    ...(isVersionNamed && { keras_version: '3.5.0' }),
    ...{ backend: 'tensorflow', model_config: { class_name: 'Functional', config } },
  };
}

function strange(op: string): Node {
  return { name: 'strange', op, inputs: [], attributes: {} };
}

test('what native TensorFlow says is told without its number', () => {
  const error = new Error('Invalid TF_Status: 3\nMessage: Size 0 must be non-negative, not -1');
  expect(asModelError(error).message).toBe(
    'TensorFlow cannot run this network: Size 0 must be non-negative, not -1',
  );
});
