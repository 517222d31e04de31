/** Adding a model of the person's own: what was found, what they decide, and what goes wrong. */
import { expect, test } from 'vitest';
import type { ModelInspectionDocument } from '../../../engine/contract.ts';
import { LookalikeError } from '../../../engine/errors.ts';
import { AddModel } from '../../../renderer/state/add-model.svelte.ts';
import { FakeHost, later } from '../fake-client.ts';

const path = '/models/My network';
const inspection: ModelInspectionDocument = {
  ...{ schema: 'lookalike/model-inspection@1', path, format: 'layers-model', bytes: 2000 },
  inputSize: { value: 224, from: 'usual' },
  scaling: { value: 'caffe', from: 'name' },
  layer: { value: 'avg_pool', from: 'usual' },
  dimensions: 16,
  layers: [
    { name: 'conv', kind: 'Conv2D', shape: [7, 7, 8], dimensions: 8 },
    { name: 'avg_pool', kind: 'GlobalAveragePooling2D', shape: [16], dimensions: 16 },
  ],
};
const added = {
  ...{ schema: 'lookalike/model@1' as const, id: 'own-my-network', name: 'My network' },
  ...{ format: 'layers-model' as const, inputSize: 224, scaling: 'caffe' as const },
  ...{ layer: 'avg_pool', from: path, bytes: 2000, dimensions: 16 },
};

function opened() {
  const host = new FakeHost({ 'models.inspect': () => inspection, 'models.add': () => added });
  return { host, model: new AddModel(host, path) };
}

test('what was found is what it begins with, under the name of its folder', async () => {
  const { host, model } = opened();
  const looking = model.look();
  expect(model.busy).toBe('looking');
  await looking;
  expect(host.asked).toEqual([{ name: 'models.inspect', params: { path } }]);
  expect(model).toMatchObject({
    ...{ found: inspection, busy: null, problem: '', name: 'My network' },
    ...{ inputSize: 224, scaling: 'caffe', layer: 'avg_pool' },
  });
  expect([model.sizeIsOpen, model.chosenLayer?.dimensions]).toEqual([true, 16]);
});

test('the input size is not open where the file says it', async () => {
  const { host, model } = opened();
  const fixed = { ...inspection, inputSize: { value: 64, from: 'file' as const } };
  host.answers['models.inspect'] = () => fixed;
  await model.look();
  expect([model.sizeIsOpen, model.inputSize]).toEqual([false, 64]);
});

test('it is added with what the person decided, and as it is called where they name nothing', async () => {
  const { host, model } = opened();
  await model.look();
  Object.assign(model, { name: '  ', inputSize: 160, scaling: '0..1', layer: 'conv' });
  expect(model.chosenLayer?.dimensions).toBe(8);
  expect(await model.add()).toBe(added.id);
  expect(host.asked.at(-1)).toEqual({
    name: 'models.add',
    params: { path, name: null, inputSize: 160, scaling: '0..1', layer: 'conv' },
  });
});

test('one that cannot be used is told in a sentence, and is not added', async () => {
  const { host, model } = opened();
  host.answers['models.inspect'] = () => {
    throw new LookalikeError('model-unsafe', 'It has layers that are not run.');
  };
  await model.look();
  expect(model).toMatchObject({
    ...{ found: null, busy: null, problem: 'It has layers that are not run.' },
  });
  expect(await model.add()).toBeNull();
  expect(host.asked.map(({ name }) => name)).toEqual(['models.inspect']);
});

test('what was refused with these settings may be tried with others, and once at a time', async () => {
  const { host, model } = opened();
  await model.look();
  host.answers['models.add'] = () => {
    throw new LookalikeError('model-unsuitable', 'Not 160.');
  };
  expect(await model.add()).toBeNull();
  expect([model.problem, model.busy]).toEqual(['Not 160.', null]);

  const slow = later<typeof added>();
  host.answers['models.add'] = () => slow.promise;
  const first = model.add();
  expect([model.problem, model.busy]).toEqual(['', 'adding']);
  expect(await model.add()).toBeNull();
  slow.answer(added);
  expect(await first).toBe(added.id);
  expect(host.asked.filter(({ name }) => name === 'models.add')).toHaveLength(2);
});
