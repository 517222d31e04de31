/** The dial and the clusters it finds. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ClusterRun, ClusterSettings } from '../../../engine/contract.ts';
import { LookalikeError } from '../../../engine/errors.ts';
import { ClustersView } from '../../../renderer/state/clusters.svelte.ts';
import { FakeHost, later, methodsOf, photoRef } from '../fake-client.ts';

const idle = { method: 'imagenet', state: 'idle', done: 0, total: 0, error: null } as const;

type DbscanRun = Extract<ClusterRun, { algorithm: 'dbscan' }>;
type KMeansRun = Extract<ClusterRun, { algorithm: 'k-means' }>;

const clusters = [
  { id: 1, name: null, size: 9, cover: photoRef(1), coverFace: null, best: [], cohesion: 0.5 },
  { id: 2, name: null, size: 4, cover: photoRef(2), coverFace: null, best: [], cohesion: 0.9 },
];

function run(epsilon: number, part: Partial<DbscanRun> = {}): DbscanRun {
  return {
    algorithm: 'dbscan',
    epsilon,
    minPhotos: 3,
    chosen: 'given',
    clusters,
    noise: 7,
    curve: [0.3, 0.4, 0.5].map((e) => ({
      epsilon: e,
      clusters: Math.round(e * 10),
      clustered: Math.round(e * 100),
      spread: 5,
    })),
    ...part,
  };
}

function kMeansRun(k: number, part: Partial<KMeansRun> = {}): KMeansRun {
  return {
    algorithm: 'k-means',
    k,
    chosen: 'given',
    inertia: 3.5,
    clusters,
    noise: 0,
    curve: [
      { k: 2, silhouette: 0.2 },
      { k: 3, silhouette: 0.4 },
      { k: 4, silhouette: -0.1 },
    ],
    ...part,
  };
}

/** The run that these settings give. */
function found(settings: ClusterSettings): ClusterRun {
  if (settings.algorithm === 'k-means')
    return settings.k === 'automatic'
      ? kMeansRun(3, { chosen: 'automatic' })
      : kMeansRun(settings.k);
  const { epsilon, minPhotos } = settings;
  return epsilon === 'automatic'
    ? run(0.41, { chosen: 'automatic', minPhotos })
    : run(epsilon, { minPhotos });
}

const dbscan = (epsilon: number | 'automatic', minPhotos = 3): ClusterSettings => ({
  algorithm: 'dbscan',
  epsilon,
  minPhotos,
});

let asked: ClusterSettings[];
let methodsAsked: unknown[];
let host: FakeHost;
let view: ClustersView;

beforeEach(async () => {
  vi.useFakeTimers();
  asked = [];
  methodsAsked = [];
  host = new FakeHost({
    'clusters.get': () => ({ run: run(0.41, { chosen: 'automatic' }), clustering: idle }),
    'clusters.find': (params) => {
      const { method, ...settings } = params;
      methodsAsked.push(method);
      asked.push(settings);
      return found(params);
    },
  });
  view = new ClustersView(host, methodsOf(host));
  await view.load();
});
afterEach(() => {
  vi.useRealTimers();
});

test('while the dial moves the curve answers at once, and clusters are found once, at rest', async () => {
  view.turn(0.3);
  expect(view.preview).toEqual({ clusters: 3, clustered: 30, silhouette: null });
  view.turn(0.49);
  expect(view.value).toBe(0.49);
  expect(view.preview).toEqual({ clusters: 5, clustered: 50, silhouette: null });
  expect(asked).toEqual([]);
  await vi.runAllTimersAsync();
  expect(asked).toEqual([dbscan(0.49)]);
  expect(view.run).toMatchObject({ epsilon: 0.49 });
  expect(view.dial).toBeNull();
});

test('Automatic lets go of the dial', async () => {
  view.turn(0.3);
  await view.set('automatic');
  await vi.runAllTimersAsync();
  expect(asked).toEqual([dbscan('automatic')]);
  expect(view.run?.chosen).toBe('automatic');
});

test('another minimum keeps a given ε and chooses an automatic one anew', async () => {
  await view.setMinPhotos(5);
  expect(asked.at(-1)).toEqual(dbscan('automatic', 5));
  await view.set(0.45);
  await view.setMinPhotos(4);
  expect(asked.at(-1)).toEqual(dbscan(0.45, 4));
});

test('the clusters of an earlier ε never replace those of a later one', async () => {
  const slow = later<ClusterRun>();
  host.answers['clusters.find'] = (settings) =>
    settings.algorithm === 'dbscan' && settings.epsilon === 0.3 ? slow.promise : found(settings);
  const first = view.set(0.3);
  await view.set(0.5);
  slow.answer(run(0.3));
  await first;
  expect(view.run).toMatchObject({ epsilon: 0.5 });
  expect(view.finding).toBe(false);
});

test('a run that was cancelled leaves the last one, without an error', async () => {
  host.answers['clusters.find'] = () => {
    throw new LookalikeError('cancelled', 'Stopped.');
  };
  await view.set(0.3);
  expect(view.run).toMatchObject({ epsilon: 0.41 });
  expect(view.value).toBe(0.41);
  expect(view.error).toBeNull();
});

test('the most alike come first if asked', () => {
  expect(view.cards.map(({ id }) => id)).toEqual([1, 2]);
  view.order = 'alike';
  expect(view.cards.map(({ id }) => id)).toEqual([2, 1]);
});

test('another run found elsewhere is shown, but not under a hand on the dial', async () => {
  host.answers['clusters.get'] = () => ({ run: run(0.2), clustering: idle });
  view.dial = 0.35;
  host.tell('clusters', { method: 'imagenet' });
  await vi.runAllTimersAsync();
  expect(view.run).toMatchObject({ epsilon: 0.41 });
  view.dial = null;
  host.tell('clusters', { method: 'imagenet' });
  await vi.runAllTimersAsync();
  expect(view.run).toMatchObject({ epsilon: 0.2 });
});

test('k-means is used with four clusters at first, and DBSCAN again as it was left', async () => {
  await view.set(0.45);
  await view.setMinPhotos(5);
  const using = view.use('k-means');
  expect(view.algorithm).toBe('k-means');
  await using;
  expect(asked.at(-1)).toEqual({ algorithm: 'k-means', k: 4 });
  expect(view.run).toMatchObject({ algorithm: 'k-means', k: 4 });
  await view.set('automatic');
  expect(asked.at(-1)).toEqual({ algorithm: 'k-means', k: 'automatic' });
  await view.use('dbscan');
  expect(asked.at(-1)).toEqual(dbscan(0.45, 5));
  const before = asked.length;
  await view.use('dbscan');
  expect(asked).toHaveLength(before);
  await view.use('k-means');
  expect(asked.at(-1)).toEqual({ algorithm: 'k-means', k: 'automatic' });
});

test('for k-means the dial shows k over its silhouettes', async () => {
  await view.use('k-means');
  expect(view.scale).toEqual({
    low: 2,
    high: 20,
    step: 1,
    landscape: [
      { at: 2, height: 0.5 },
      { at: 3, height: 1 },
      { at: 4, height: 0 },
    ],
  });
  view.turn(3);
  expect(view.preview).toEqual({ clusters: 3, clustered: 13, silhouette: 0.4 });
  view.turn(19);
  // There are thirteen photos, and the curve ended before.
  expect(view.preview).toEqual({ clusters: 13, clustered: 13, silhouette: null });
  await vi.runAllTimersAsync();
  expect(asked.at(-1)).toEqual({ algorithm: 'k-means', k: 19 });
  await view.set(33);
  expect(view.scale).toMatchObject({ low: 2, high: 33 });
});

test('k-means that was cancelled leaves the algorithm of the clusters that are shown', async () => {
  host.answers['clusters.find'] = () => {
    throw new LookalikeError('cancelled', 'Stopped.');
  };
  await view.use('k-means');
  expect(view.algorithm).toBe('dbscan');
  expect(view.run).toMatchObject({ algorithm: 'dbscan', epsilon: 0.41 });
});
