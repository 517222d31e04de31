import { expect, it } from 'vitest';
import { evaluationLines } from '../../cli/format-evaluation.ts';
import type { Look } from '../../cli/format.ts';
import type { EvaluationDocument } from '../../engine/contract.ts';

const plain: Look = { bars: false, style: (_format, text) => text };
const drawn: Look = { bars: true, style: (format, text) => `<${format}>${text}</${format}>` };

const document: EvaluationDocument = {
  schema: 'lookalike/evaluation@1',
  created: '2026-11-22T12:00:00.000Z',
  program: { name: 'lookalike', version: '0.1.0' },
  labels: {
    from: 'folders',
    file: null,
    classes: 33,
    photos: 495,
    single: 0,
    leftOut: { unlabelled: 0, copies: 0, notIndexed: 0, withoutFace: 0 },
    rows: null,
  },
  split: { kind: 'held-out', share: 0.2, seed: 4, queries: 99, searched: 396 },
  k: 5,
  methods: [
    {
      id: 'imagenet',
      name: 'ImageNet features',
      dimensions: 256,
      metric: 'cosine',
      precisionAt1: 0.9656,
      precisionAtK: 0.5,
      meanAveragePrecision: 0.85,
      labelAccuracy: 1,
      secondsPerPhoto: 0.0123,
    },
    {
      id: 'pixels',
      name: 'Pixels',
      dimensions: 3072,
      metric: 'euclidean',
      precisionAt1: 0.2,
      precisionAtK: 0.1,
      meanAveragePrecision: 0.05,
      labelAccuracy: 0.25,
      secondsPerPhoto: null,
    },
  ],
};

it('is a table with a line for each method', () => {
  expect(evaluationLines(document, plain)).toEqual([
    '495 photos with 33 labels (from the folders they lie in); 99 queries among 396 photos, drawn with seed 4.',
    '',
    '            P@1    P@5    mAP  label  a photo',
    'imagenet  0.966  0.500  0.850  1.000  12.3 ms',
    'pixels    0.200  0.100  0.050  0.250        –',
  ]);
});

it('has bars of precision at k where they can be drawn', () => {
  const lines = evaluationLines(document, drawn);
  expect(lines[2]).toMatch(/^<bold>/);
  expect(lines.slice(3).map((line) => line.split('  ').at(-1))).toEqual(['█████', '█']);
});

it('does not tell the first result twice', () => {
  expect(evaluationLines({ ...document, k: 1 }, plain)[2]).toBe(
    '            P@1    mAP  label  a photo',
  );
});

it('says what was left out, with the lines of the file, ten of each at most', () => {
  const first = Array.from({ length: 12 }, (_, i) => ({ line: i + 2, path: `a\n${i}.jpg` }));
  const lines = evaluationLines(
    {
      ...document,
      labels: {
        ...document.labels,
        from: 'csv',
        file: '/l.csv',
        single: 1,
        leftOut: { unlabelled: 2, copies: 1, notIndexed: 3, withoutFace: 0 },
        rows: {
          read: 20,
          unknown: { count: 12, first },
          bad: { count: 1, first: [{ line: 20, reason: 'the label is empty' }] },
        },
      },
      split: { kind: 'leave-one-out', share: null, seed: null, queries: 495, searched: 495 },
    },
    plain,
  );
  expect(lines[0]).toContain('(from /l.csv); 495 queries, each among all other photos.');
  expect(lines.slice(5, 12)).toEqual([
    '',
    '2 photos without a label.',
    '1 copy of the same content left out.',
    '3 photos left out that must be indexed again.',
    '1 label with one photo only, searched but never a query.',
    '12 rows without a photo of the library:',
    '  line 2: a\\n0.jpg',
  ]);
  expect(lines.slice(-3)).toEqual([
    '  line 11: a\\n9.jpg',
    '1 row that cannot be used:',
    '  line 20: the label is empty',
  ]);
});
