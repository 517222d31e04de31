/** A model of a person's own in a library: added, used like any method, and removed again. */
import { describe, expect, test } from 'vitest';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyAndLook, startModel } from '../../../engine/own-models/runner.ts';
import { keptIds, newId, readKept } from '../../../engine/own-models/kept.ts';
import { buildNetwork } from '../../support/models/architectures.ts';
import { writeModel } from '../../support/models/write.ts';
import {
  idsByPath,
  index,
  kinds,
  numbered,
  place,
  refusal,
  writePhotos,
} from '../../support/library.ts';
import { schemaErrors } from '../export/validate.ts';
import { temporaryFolder } from '../tensorflow/models.ts';

const slow = { timeout: 120_000 };

describe('a model of your own', () => {
  test('is run with what was told of it before, also by the name of its folder', slow, async () => {
    await using here = await place();
    const original = join(here.photos, '..', 'ResNet50 of mine');
    // Its graph has names that say nothing of a family, as such graphs often have.
    await writeModel(original, 'graph-model', buildNetwork('resnet'));
    const library = await here.open();
    const { scaling } = await library.request('models.inspect', { path: original });
    expect(scaling).toEqual({ value: 'caffe', from: 'name' });
    const added = await library.request('models.add', { path: original });
    expect(added.scaling).toBe(scaling.value);
  });

  test(
    'is a method like the others, also after a restart and without the original',
    slow,
    async () => {
      await using here = await place();
      const original = join(here.photos, '..', 'My network');
      await writeModel(original, 'layers-model', buildNetwork('resnet'));
      const before = await contentsOf(original);
      await writePhotos(here.photos, numbered(4 * kinds));
      const library = await here.open();
      await library.request('folders.add', { path: here.photos });
      await index(library);

      const added = await library.request('models.add', { path: original });
      expect(added).toMatchObject({
        schema: 'lookalike/model@1',
        ...{ id: 'own-my-network', name: 'My network', format: 'layers-model', inputSize: 32 },
        ...{ scaling: 'caffe', layer: 'avg_pool', dimensions: 16, from: original },
      });
      expect(await contentsOf(original)).toEqual(before);
      const { methods } = await library.request('library.get', {});
      expect(methods.at(-1)).toMatchObject({ id: added.id, dimensions: 16, photos: 0, own: {} });

      await rename(original, `${original} elsewhere`);
      const again = await here.open();
      const ids = await idsByPath(again, here.photos);
      await again.request('methods.prepare', { method: added.id });
      let right = 0;
      for (let n = 0; n < 4 * kinds; n++) {
        const { lookalikes } = await again.request('lookalikes.find', {
          query: { photo: ids[`${n}.jpg`] ?? 0 },
          k: 3,
          method: added.id,
        });
        right += lookalikes.filter(({ name }) => parseInt(name) % kinds === n % kinds).length;
      }
      // By chance it would be 3 in 23 of 72. Even random weights tell these patterns apart.
      expect(right / (4 * kinds * 3)).toBeGreaterThan(0.8);

      const second = join(here.photos, '..', 'second');
      await writeModel(second, 'graph-model', buildNetwork('vgg'));
      const other = await again.request('models.add', { path: second, name: 'My network!' });
      expect(other.id).toBe('own-my-network-2');

      await again.request('models.remove', { method: added.id });
      expect(await refusal(again, 'methods.prepare', { method: added.id })).toMatchObject({
        code: 'method-unknown',
      });
      const { models } = await again.request('documents.models', {});
      expect(models.map(({ id }) => id)).toEqual([other.id]);
      expect(await readdir(join(here.directory, 'models'))).toEqual([other.id]);
      expect(await contentsOf(`${original} elsewhere`)).toEqual(before);
    },
  );

  test('that was changed in the library is not used, and says so', slow, async () => {
    await using here = await place();
    const original = join(here.photos, '..', 'network');
    await writeModel(original, 'graph-model', buildNetwork('vgg'));
    await writePhotos(here.photos, numbered(2));
    const library = await here.open();
    await library.request('folders.add', { path: here.photos });
    await index(library);
    const { id } = await library.request('models.add', { path: original });
    const shard = join(here.directory, 'models', id, 'files', 'group1-shard1of2.bin');
    const listed = async (from = library) => {
      const document = await from.request('documents.models', {});
      expect(schemaErrors('models', document)).toEqual([]);
      return document.models;
    };
    const [whole] = await listed();
    expect(whole).not.toHaveProperty('damaged');
    const content = await readFile(shard);
    content[100] = (content[100] ?? 0) ^ 1;
    await writeFile(shard, content);
    const refused = await refusal(library, 'methods.prepare', { method: id });
    expect(refused.code).toBe('model-damaged');
    expect(await listed()).toEqual([{ ...whole, dimensions: null, damaged: refused.message }]);

    await writeFile(join(here.directory, 'models', id, 'own-model.json'), '{}');
    const again = await here.open();
    const { methods } = await again.request('library.get', {});
    expect(methods.at(-1)).toMatchObject({ id, unavailable: { code: 'model-damaged' } });
    const damaged = methods.at(-1)?.unavailable?.message;
    expect(await listed(again)).toEqual([{ id, name: id, dimensions: null, damaged }]);
    await again.request('models.remove', { method: id });
    expect(await readdir(join(here.directory, 'models'))).toEqual([]);
  });

  test('that cannot be used leaves nothing in the library', slow, async () => {
    await using here = await place();
    const original = join(here.photos, '..', 'network');
    await writeModel(original, 'layers-model', buildNetwork('vgg'));
    await rm(join(original, 'group1-shard2of2.bin'));
    const library = await here.open();
    expect(await refusal(library, 'models.add', { path: original })).toMatchObject({
      code: 'model-damaged',
    });
    expect(await readdir(join(here.directory, 'models'))).toEqual([]);
    expect(await refusal(library, 'models.remove', { method: 'imagenet' })).toMatchObject({
      code: 'method-unknown',
    });
  });
});

describe('the process that runs it', () => {
  test('that takes too much memory or time is ended with a sentence', slow, async () => {
    await using folder = await temporaryFolder();
    const original = join(folder.path, 'network');
    await writeModel(original, 'layers-model', buildNetwork('resnet'));
    const asked = { inputSize: null, scaling: null, layer: null };
    const copy = join(folder.path, 'copy');
    await expect(copyAndLook(original, copy, asked, { memory: 1e6 })).rejects.toMatchObject({
      code: 'model-failed',
      message: expect.stringContaining('memory') as string,
    });
    await expect(copyAndLook(original, copy, asked, { lookWithinMs: 1 })).rejects.toMatchObject({
      code: 'model-failed',
      message: expect.stringContaining('did not answer') as string,
    });
  });

  test('that is killed is started again for the next photos', slow, async () => {
    await using here = await place();
    const original = join(here.photos, '..', 'network');
    await writeModel(original, 'layers-model', buildNetwork('resnet'));
    const library = await here.open();
    const { id, inputSize } = await library.request('models.add', { path: original });
    const models = join(here.directory, 'models');
    const handles: { kill: () => void }[] = [];
    const { forkNodeProcess } = await import('../../../engine/processes/child.ts');
    const model = await startModel(join(models, id, 'files'), await readKept(models, id), {
      fork: (...args) => {
        const handle = forkNodeProcess(...args);
        handles.push(handle);
        return handle;
      },
    });
    try {
      const pixels = (): Uint8Array => new Uint8Array(inputSize * inputSize * 3).fill(7);
      const row = await model.embed(pixels(), 1);
      const lost = model.embed(pixels(), 1);
      handles[0]?.kill();
      await expect(lost).rejects.toMatchObject({
        code: 'model-failed',
        message: expect.stringContaining('crashed') as string,
      });
      expect(await model.embed(pixels(), 1)).toEqual(row);
      expect(handles).toHaveLength(2);
    } finally {
      await model.close();
    }
  });
});

test('ids come from names, and are unlike each other', async () => {
  expect(newId('ResNet50 (Größe)', [])).toBe('own-resnet50-gro-e');
  expect(newId('日本', [])).toBe('own-model');
  expect(newId('a', ['own-a', 'own-a-2'])).toBe('own-a-3');
  expect(await keptIds('/nowhere')).toEqual([]);
});

async function contentsOf(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder);
  const contents = names.map(async (name) => [
    name,
    (await readFile(join(folder, name))).toString('base64'),
  ]);
  return Object.fromEntries(await Promise.all(contents)) as Record<string, string>;
}
