/** What is asked of an evaluation, and what is shown of it. */
import { beforeEach, expect, test } from 'vitest';
import type { EvaluationDocument, Params, Result } from '../../../engine/contract.ts';
import { LookalikeError } from '../../../engine/errors.ts';
import { EvaluationView } from '../../../renderer/state/evaluation.svelte.ts';
import { SuitsView } from '../../../renderer/state/suits.svelte.ts';
import { sentenceOf } from '../../../renderer/words.ts';
import { FakeHost, later, loadedMethodsOf, method, settled } from '../fake-client.ts';

const idle = { state: 'idle', method: null, done: 0, total: 0 } as const;

function evaluation(k: number): EvaluationDocument {
  return {
    schema: 'lookalike/evaluation@1',
    created: '2026-11-22T12:00:00.000Z',
    program: { name: 'lookalike', version: '0.1.0' },
    labels: {
      from: 'folders',
      file: null,
      classes: 2,
      photos: 10,
      single: 0,
      leftOut: { unlabelled: 0, copies: 0, notIndexed: 0, withoutFace: 0 },
      rows: null,
    },
    split: { kind: 'held-out', share: 0.2, seed: 1, queries: 2, searched: 8 },
    k,
    methods: [],
  };
}

let asked: Params<'evaluation.run'>[];
let host: FakeHost;
let view: EvaluationView;

beforeEach(async () => {
  asked = [];
  host = new FakeHost({
    'evaluation.get': () => ({ document: null, evaluating: idle }),
    'evaluation.run': (params) => {
      asked.push(params);
      return evaluation(params.k);
    },
  });
  view = new EvaluationView(host, await loadedMethodsOf(host));
});

const fileOf = (name: string, bytes: Uint8Array<ArrayBuffer>) => ({
  name,
  size: bytes.length,
  arrayBuffer: () => Promise.resolve(bytes.buffer),
});
const utf8 = (text: string) => new TextEncoder().encode(text);

test('the labels of folders are asked for, with the settings as they stand', async () => {
  view.split = 'leave-one-out';
  view.k = 7;
  await view.run();
  expect(asked).toEqual([
    {
      labels: { from: 'folders' },
      split: 'leave-one-out',
      k: 7,
      seed: 1,
      methods: ['imagenet'],
    },
  ]);
  expect(view.document?.k).toBe(7);
  expect(view.running).toBe(false);
});

test('methods that have looked at the photos are measured, or those that are picked, one at least', async () => {
  const [usual, pixels] = [method('imagenet', 3), method('pixels', 0)];
  expect([view.isPicked(usual), view.isPicked(pixels)]).toEqual([true, false]);
  view.pick(pixels, true);
  await view.run();
  expect(asked[0]?.methods).toEqual(['imagenet', 'pixels']);
  view.pick(usual, false);
  await view.run();
  expect(asked[1]?.methods).toEqual(['pixels']);
  view.pick(pixels, false);
  expect(view.ready).toBe(false);
});

test('faces are measured only when they are picked: they leave out photos without one', async () => {
  const faces = { ...method('faces', 3), finds: 'faces' as const };
  const suits = new SuitsView(host, await loadedMethodsOf(host));
  expect([view.isPicked(faces), suits.isPicked(faces)]).toEqual([false, false]);
  view.pick(faces, true);
  suits.pick(faces, true);
  expect([view.isPicked(faces), suits.isPicked(faces)]).toEqual([true, true]);
});

test('a file travels as its text, without its byte order mark', async () => {
  view.from = 'csv';
  expect(view.ready).toBe(false);
  await view.choose(fileOf('labels.csv', utf8('\ufeffa.jpg,été\n')));
  expect(view.ready).toBe(true);
  await view.run();
  expect(asked[0]?.labels).toEqual({ from: 'csv', file: 'labels.csv', text: 'a.jpg,été\n' });
});

test('a file that is no text, or far too large, is refused here', async () => {
  await view.choose(fileOf('photo.jpg', Uint8Array.from([0xff, 0xd8, 0xff, 0xe0])));
  expect(view.error).toMatchObject({ code: 'labels-unreadable' });
  expect(view.ready).toBe(false);
  await view.choose({ ...fileOf('big.csv', utf8('a,b')), size: 41_000_000 });
  expect(sentenceOf(view.error)).toContain('larger than 40 MB');
  await view.choose(fileOf('labels.csv', utf8('a,b')));
  expect(view.error).toBeNull();
});

test.each([
  ['no number of results', { k: null }],
  ['no whole number', { k: 2.5 }],
  ['less than one', { k: 0 }],
  ['a seed below 0', { seed: -1 }],
])('nothing is asked with %s', async (_what, settings) => {
  Object.assign(view, settings);
  expect(view.ready).toBe(false);
  await view.run();
  expect(asked).toEqual([]);
});

test('progress is shown, and a run that was stopped is no error', async () => {
  const { promise, answer } = later<Result<'evaluation.run'>>();
  host.answers['evaluation.run'] = () => promise;
  const running = view.run();
  host.tell('evaluating', { state: 'running', method: 'imagenet', done: 3, total: 9 });
  expect(view.running).toBe(true);
  expect(view.evaluating).toMatchObject({ done: 3, total: 9 });
  host.tell('evaluating', idle);
  answer(evaluation(5));
  await running;
  expect(view.running).toBe(false);
  host.answers['evaluation.run'] = () => {
    throw new LookalikeError('cancelled', 'The evaluation was stopped.');
  };
  await view.run();
  expect(view.error).toBeNull();
});

test('an error is shown beside the last result, until the next run', async () => {
  await view.run();
  const works = host.answers['evaluation.run'];
  host.answers['evaluation.run'] = () => {
    throw new LookalikeError('k-too-large', 'Too many.');
  };
  await view.run();
  expect(view.error).toMatchObject({ code: 'k-too-large' });
  expect(view.document?.k).toBe(5);
  if (works) host.answers['evaluation.run'] = works;
  await view.run();
  expect(view.error).toBeNull();
});

test('what another window evaluated is shown when it is done', async () => {
  host.answers['evaluation.get'] = () => ({ document: evaluation(3), evaluating: idle });
  host.tell('evaluating', { state: 'running', method: null, done: 0, total: 0 });
  expect(view.running).toBe(true);
  host.tell('evaluating', idle);
  await settled();
  expect(view.document?.k).toBe(3);
  expect(view.running).toBe(false);
});
