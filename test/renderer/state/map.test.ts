/** The map that is shown: asked for, made, stopped, and what is selected on it. */
import { beforeEach, expect, test } from 'vitest';
import type { Mapping, PhotoMap } from '../../../engine/contract.ts';
import { LookalikeError } from '../../../engine/errors.ts';
import { MapView } from '../../../renderer/state/map.svelte.ts';
import type { MethodsView } from '../../../renderer/state/methods.svelte.ts';
import { FakeHost, later, methodsOf, settled } from '../fake-client.ts';

const idle: Mapping = {
  state: 'idle',
  method: 'imagenet',
  algorithm: 't-sne',
  done: 0,
  total: 0,
  error: null,
};
const running: Mapping = {
  ...idle,
  state: 'running',
  done: 1,
  total: 4,
};

/** A map on which photo `first + i` is in cluster i. */
function mapOf(first: number, algorithm: 't-sne' | 'umap' = 't-sne'): PhotoMap {
  return {
    settings:
      algorithm === 't-sne'
        ? { algorithm, perplexity: 30, seed: 1 }
        : { algorithm, neighbours: 15, seed: 1 },
    ids: [first, first + 1],
    x: [first, 2],
    y: [3, 4],
    clusters: [0, 1],
    trustworthiness: 0.9,
    current: true,
  };
}

let host: FakeHost;
let methods: MethodsView;
let view: MapView;
/** What is kept, by method and algorithm. */
let kept: Record<string, PhotoMap>;

beforeEach(() => {
  kept = {};
  host = new FakeHost({
    'map.get': ({ method, algorithm }) => ({
      map: kept[`${method ?? ''} ${algorithm}`] ?? null,
      mapping: idle,
    }),
    'map.find': ({ algorithm }) => mapOf(1, algorithm),
    'map.cancel': () => ({}),
    'selections.list': () => [{ id: 7, name: 'Two', photos: [2, 3] }],
    'selections.save': () => ({}),
    'methods.prepare': () => ({ photos: 3 }),
  });
  methods = methodsOf(host);
  view = new MapView(host, methods);
  view.open = true;
});

const askedFor = (name: string) =>
  host.asked.filter((one) => one.name === name).map(({ params }) => params);

test('there is none until it is made; then it is shown as a whole', async () => {
  await view.load();
  expect([view.known, view.map, view.running]).toEqual([true, null, false]);
  const making = view.find();
  expect(view.running).toBe(true);
  host.tell('mapping', running);
  expect(view.share).toBe(0.25);
  host.tell('mapping', idle);
  await making;
  expect(askedFor('map.find')).toEqual([{ algorithm: 't-sne', method: 'imagenet' }]);
  expect([view.map?.ids, view.running, view.camera]).toEqual([[1, 2], false, null]);
});

test('other clusters change colours, not where one looks; other places do', async () => {
  kept['imagenet t-sne'] = mapOf(1);
  await view.load();
  const camera = { x: 1, y: 2, scale: 3 };
  view.camera = camera;
  kept['imagenet t-sne'] = { ...mapOf(1), clusters: [2, 2] };
  host.tell('clusters', { method: 'pixels' });
  await settled();
  expect(view.map?.clusters).toEqual([0, 1]);
  host.tell('clusters', { method: 'imagenet' });
  await settled();
  expect([view.map?.clusters, view.camera]).toEqual([[2, 2], camera]);
  kept['imagenet t-sne'] = mapOf(5);
  await view.load();
  expect(view.camera).toBeNull();
});

test('a map of another algorithm or method is asked for when it is wanted', async () => {
  kept['imagenet t-sne'] = mapOf(1);
  kept['imagenet umap'] = mapOf(10, 'umap');
  kept['pixels umap'] = mapOf(20, 'umap');
  await view.load();
  await view.use('umap');
  expect(view.map?.ids).toEqual([10, 11]);
  methods.choose('pixels');
  expect(view.map).toBeNull();
  await settled();
  expect(view.map?.ids).toEqual([20, 21]);
  // Elsewhere in the program nobody needs one.
  view.open = false;
  methods.choose('imagenet');
  await settled();
  expect(view.map).toBeNull();
});

test('an answer that comes too late is not shown', async () => {
  const first = later<PhotoMap>();
  host.answers['map.find'] = () => first.promise;
  const making = view.find();
  kept['imagenet umap'] = mapOf(10, 'umap');
  await view.use('umap');
  first.answer(mapOf(1));
  await making;
  expect([view.map?.ids, view.running]).toEqual([[10, 11], false]);
});

test('a map that another window has made is shown when it is done', async () => {
  await view.load();
  host.tell('mapping', { ...running, algorithm: 'umap' });
  expect(view.running).toBe(false);
  host.tell('mapping', running);
  expect(view.running).toBe(true);
  host.tell('mapping', { ...idle, algorithm: 'umap' });
  expect(view.running).toBe(true);
  kept['imagenet t-sne'] = mapOf(1);
  host.tell('mapping', idle);
  await settled();
  expect(view.map?.ids).toEqual([1, 2]);
});

test('stopping is no error, failing is, and photos that came make a map old', async () => {
  host.answers['map.find'] = () => Promise.reject(new LookalikeError('cancelled', 'Stopped.'));
  await view.find();
  expect([view.error, view.running]).toEqual([null, false]);
  const failure = new LookalikeError('process-died', 'It ended.');
  host.answers['map.find'] = () => Promise.reject(failure);
  await view.find();
  expect(view.error).toBe(failure);
  kept['imagenet t-sne'] = mapOf(1);
  await view.load();
  host.tell('photos', { photos: 4, problems: 0 });
  expect(view.map?.current).toBe(false);
});

test('what is selected can be kept under a name and called back', async () => {
  await view.loadSelections();
  view.select([4, 5]);
  view.toggle(6);
  view.toggle(4);
  view.select([9], true);
  await view.save();
  expect(askedFor('selections.save')).toEqual([]);
  view.name = ' Mine ';
  await view.save();
  expect(askedFor('selections.save')).toEqual([{ name: 'Mine', photos: [5, 6, 9] }]);
  const [two] = view.selections;
  if (two) view.recall(two);
  expect([[...view.selected], view.name]).toEqual([[2, 3], 'Two']);
  view.select([]);
  expect([view.selected.size, view.name]).toEqual([0, '']);
});
