/** Trainings as they are told and as they end. */
import { expect, test } from 'vitest';
import type { Training, TrainingDocument } from '../../../engine/contract.ts';
import { LookalikeError } from '../../../engine/errors.ts';
import { TrainingsView } from '../../../renderer/state/trainings.svelte.ts';
import { FakeHost, later, settled } from '../fake-client.ts';

const idle: Training = {
  method: 'm',
  state: 'idle',
  stage: 'reading',
  done: 0,
  total: 0,
  epoch: 0,
  epochs: 0,
  losses: [],
  secondsLeft: null,
  interrupted: false,
  layers: null,
  error: null,
};
const document = { schema: 'lookalike/training@1', bestEpoch: 2 } as TrainingDocument;

test('what goes on is shown as it is told, and what came of it once it ends, with photos drawn again', async () => {
  const { promise, answer } = later<TrainingDocument>();
  const host = new FakeHost({
    'training.start': () => promise,
    'training.get': () => ({ training: idle, document }),
    'photos.list': () => ({ ids: [...Array(20).keys()], ratios: [], groups: [] }),
    'training.reconstructions': ({ photos }) =>
      photos.map((photo) => ({ photo, picture: 'data:' })),
  });
  const view = new TrainingsView(host);
  const running = view.start('m');
  host.tell('training', { ...idle, state: 'running', stage: 'learning', epoch: 1 });
  expect(view.of('m')).toMatchObject({ state: 'running', epoch: 1 });
  expect(view.documentOf('m')).toBeNull();
  host.tell('training', idle);
  answer(document);
  await running;
  await settled();
  expect(view.documentOf('m')?.bestEpoch).toBe(2);
  expect(view.drawnBy('m').map(({ photo }) => photo)).toEqual([0, 3, 6, 9, 12, 15]);
});

test('why it did not work is told until the next one; stopping is no error', async () => {
  const host = new FakeHost({
    'training.start': () => {
      throw new LookalikeError('training-too-few', 'Too few.');
    },
  });
  const view = new TrainingsView(host);
  await view.start('m');
  expect(view.errorOf('m')).toMatchObject({ code: 'training-too-few' });
  host.answers['training.start'] = () => {
    throw new LookalikeError('cancelled', 'Stopped.');
  };
  await view.start('m');
  expect(view.errorOf('m')).toBeNull();
});

test('labels come from folders, clusters, or a file that is text', async () => {
  const asked: unknown[] = [];
  const host = new FakeHost({
    'training.start': ({ labels }) => {
      asked.push(labels);
      throw new LookalikeError('cancelled', 'Stopped.');
    },
  });
  const view = new TrainingsView(host);
  await view.start('m');
  view.labelsFrom = 'clusters';
  await view.start('m');
  view.labelsFrom = 'csv';
  expect(view.labelled).toBe(false);
  await view.choose('m', new File([Uint8Array.of(0xff, 0xfe)], 'photo.jpg'));
  expect(view.errorOf('m')).toMatchObject({ code: 'labels-unreadable' });
  expect(view.labelled).toBe(false);
  await view.choose('m', new File(['a.jpg,x'], 'labels.csv'));
  expect(view.errorOf('m')).toBeNull();
  expect(view.labelled).toBe(true);
  await view.start('m');
  expect(asked).toEqual([
    { from: 'folders' },
    { from: 'clusters' },
    { from: 'csv', file: 'labels.csv', text: 'a.jpg,x' },
  ]);
});

test('attributes come from a list, with a way of learning; a run that was begun has its own', async () => {
  const asked: unknown[] = [];
  const host = new FakeHost({
    'training.start': ({ attributes }) => {
      asked.push(attributes);
      throw new LookalikeError('cancelled', 'Stopped.');
    },
  });
  const view = new TrainingsView(host);
  const method = { id: 'attributes', learnsFromLabels: false, learnsFromAttributes: true };
  expect(view.isReady(method)).toBe(false);
  expect(view.isReady({ ...method, id: 'm', learnsFromAttributes: false })).toBe(true);
  host.tell('training', { ...idle, method: 'attributes', interrupted: true });
  expect(view.isReady(method)).toBe(true);
  await view.start('attributes');
  await view.chooseAttributes('attributes', new File([Uint8Array.of(0xff)], 'photo.jpg'));
  expect(view.errorOf('attributes')).toMatchObject({ code: 'labels-unreadable' });
  await view.chooseAttributes('attributes', new File(['photo,hat'], 'list.csv'));
  view.loss = 'cosine';
  expect(view.isReady(method)).toBe(true);
  await view.start('attributes');
  await view.start('m');
  expect(asked).toEqual([
    null,
    { file: 'list.csv', text: 'photo,hat', loss: 'cosine', optimizer: 'adam' },
    null,
  ]);
});
