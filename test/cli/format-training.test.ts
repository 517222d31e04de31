import { expect, it } from 'vitest';
import { trainingLines } from '../../cli/format-training.ts';
import type { Look } from '../../cli/format.ts';
import type { TrainingDocument } from '../../engine/contract.ts';

const plain: Look = { bars: false, style: (_format, text) => text };

it('trainingLines tell each epoch, which one is used, and what went wrong', () => {
  const document: TrainingDocument = {
    schema: 'lookalike/training@1',
    program: { name: 'lookalike', version: '1.2.3' },
    method: { id: 'm', name: 'Method' },
    settings: { epochs: 9, patience: 5, batchSize: 32, learningRate: 0.001 },
    seed: 1,
    data: { version: 'ab', training: 90, validation: 10 },
    ...{ labels: null, layers: null, components: null },
    backend: 'native',
    losses: [
      { loss: 0.5, validationLoss: 0.25 },
      { loss: 0.4, validationLoss: 0.75 },
    ],
    bestEpoch: 1,
    ended: 'diverged',
    problem: { code: 'training-diverged', message: 'It was stopped.' },
    seconds: 2,
    sha256: 'cd',
  };
  expect(trainingLines(document, plain)).toEqual([
    'Method (m) learnt from 90 photos in 2 epochs; took 2.0 s (native TensorFlow).',
    'Epoch, loss, loss on photos held back:',
    '  1  0.5000  0.2500  the best: this one is used',
    '  2  0.4000  0.7500',
    'It was stopped.',
  ]);
  expect(trainingLines({ ...document, ended: 'early', problem: null }, plain)[0]).toContain(
    ', as it got no better; took',
  );
  expect(trainingLines({ ...document, layers: 20, problem: null }, plain)[1]).toBe(
    'The last 20 layers of the network learnt, too.',
  );
  const labels: NonNullable<TrainingDocument['labels']> = {
    ...{ from: 'csv', file: '/labels.csv', classes: 2, photos: 100, single: 0, heldOut: 0 },
    leftOut: { unlabelled: 0, copies: 0, notIndexed: 0, withoutFace: 0 },
    rows: {
      read: 102,
      unknown: { count: 1, first: [{ line: 7, path: '/nowhere.jpg' }] },
      bad: { count: 1, first: [{ line: 9, reason: 'a row has two values' }] },
    },
  };
  expect(trainingLines({ ...document, labels, problem: null }, plain).slice(-4)).toEqual([
    '1 row without a photo of the library:',
    '  line 7: /nowhere.jpg',
    '1 row that cannot be used:',
    '  line 9: a row has two values',
  ]);
});

it('trainingLines tell what fewer numbers keep, where there are no epochs', () => {
  const document: TrainingDocument = {
    schema: 'lookalike/training@1',
    program: { name: 'lookalike', version: '1.2.3' },
    method: { id: 'm', name: 'Method' },
    ...{ settings: null, seed: 1, labels: null, layers: null, backend: null },
    data: { version: 'ab', training: 100, validation: 0 },
    components: { shares: [0.5, 0.375], kept: 0.875 },
    ...{ losses: [], bestEpoch: null, ended: 'complete', problem: null, seconds: 2, sha256: 'cd' },
  };
  expect(trainingLines(document, plain)).toEqual([
    'Method (m) learnt from 100 photos; took 2.0 s.',
    '2 numbers keep 87.5 % of the differences between photos.',
  ]);
});
