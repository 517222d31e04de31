/** Models of a person's own in the terminal: looked at, added, used, listed and removed. */
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LookalikesDocument, ModelsDocument } from '../../engine/contract.ts';
import { schemaErrors } from '../engine/export/validate.ts';
import { buildNetwork } from '../support/models/architectures.ts';
import { writeModel } from '../support/models/write.ts';
import { drawPhoto } from './photos.ts';
import { run, type Ended } from './run.ts';

let folder: string;
let network: string;
const lookalike = (...args: string[]): Promise<Ended> =>
  run([...args, '--library', join(folder, 'library')]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookalike-model-'));
  network = join(folder, 'My network');
  await writeModel(network, 'layers-model', buildNetwork('resnet'));
});
afterAll(() => rm(folder, { recursive: true }));

it('tells what a model is and what it would be run with', async () => {
  const { code, stdout } = await lookalike('model', 'inspect', network, '--scaling', '0..1');
  expect(code).toBe(0);
  for (const words of ['TensorFlow.js layers model', '32', 'avg_pool', '0..1'])
    expect(stdout).toContain(words);
});

it('adds one under a name, finds lookalikes with it, and removes it again', async () => {
  const added = await lookalike('model', 'add', network, '--name', 'Mine', '--json');
  const model = JSON.parse(added.stdout) as ModelsDocument['models'][number];
  expect(schemaErrors('model', model)).toEqual([]);
  expect(model).toMatchObject({ id: 'own-mine', name: 'Mine', dimensions: 16 });

  for (const n of [0, 1, 2]) await drawPhoto(join(folder, 'photos', `${n}.jpg`), 'targets', n);
  await lookalike('index', join(folder, 'photos'));
  const query = join(folder, 'photos', '0.jpg');
  const found = await lookalike('similar', query, '--method', model.id, '--json');
  const document = JSON.parse(found.stdout) as LookalikesDocument;
  expect(document.method).toMatchObject({ id: model.id, dimensions: 16 });
  expect(document.lookalikes).toHaveLength(2);

  const listed = await lookalike('model', 'list', '--json');
  const models = JSON.parse(listed.stdout) as ModelsDocument;
  expect(schemaErrors('models', models)).toEqual([]);
  expect(models.models.map(({ id }) => id)).toEqual([model.id]);

  const copy = join(folder, 'library', 'models', model.id, 'files', 'model.json');
  await appendFile(copy, ' ');
  const damaged = await lookalike('model', 'list');
  expect([damaged.code, damaged.stdout]).toEqual([
    0,
    expect.stringMatching(
      /own-mine {2}Mine\n[^]*is damaged\. Remove the model, then add it again\./,
    ),
  ]);
  const removed = await lookalike('model', 'remove', model.id);
  expect([removed.code, removed.stdout]).toEqual([
    0,
    expect.stringContaining('Removed own-mine.') as string,
  ]);
  const gone = await lookalike('similar', query, '--method', model.id);
  expect([gone.code, gone.stdout]).toEqual([1, '']);
  expect(gone.stderr).toContain('own-mine');
});

it('tells in a sentence what cannot be added, and refuses what was hardly meant with 2', async () => {
  for (const [words, status, sentence] of [
    [['add', folder], 1, '“My network”'],
    [['inspect', network, '--layer', 'nonsense'], 1, 'no layer “nonsense”'],
    [['remove', 'own-nobody'], 1, 'There is no model of your own called “own-nobody”'],
    [['add', network, '--input-size', '5'], 2, 'from 16 to 1024'],
  ] as const) {
    const { code, stdout, stderr } = await lookalike('model', ...words);
    expect(stderr).toContain(sentence);
    expect([code, stdout]).toEqual([status, '']);
  }
});
