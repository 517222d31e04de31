/** The dial and the clusters it finds. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ClusterRun, Params } from '../../../engine/contract.ts';
import { LookalikeError } from '../../../engine/errors.ts';
import { ClustersView } from '../../../renderer/state/clusters.svelte.ts';
import { FakeHost, later, photoRef } from '../fake-client.ts';

const idle = { state: 'idle', done: 0, total: 0, error: null } as const;

function run(epsilon: number, part: Partial<ClusterRun> = {}): ClusterRun {
  return {
    epsilon,
    minPhotos: 3,
    chosen: 'given',
    clusters: [
      { id: 1, name: null, size: 9, cover: photoRef(1), best: [], cohesion: 0.5 },
      { id: 2, name: null, size: 4, cover: photoRef(2), best: [], cohesion: 0.9 },
    ],
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

let asked: Params<'clusters.find'>[];
let host: FakeHost;
let view: ClustersView;

beforeEach(async () => {
  vi.useFakeTimers();
  asked = [];
  host = new FakeHost({
    'clusters.get': () => ({ run: run(0.41, { chosen: 'automatic' }), clustering: idle }),
    'clusters.find': (params) => {
      asked.push(params);
      return params.epsilon === 'automatic'
        ? run(0.41, { chosen: 'automatic', minPhotos: params.minPhotos })
        : run(params.epsilon, { minPhotos: params.minPhotos });
    },
  });
  view = new ClustersView(host);
  await view.load();
});
afterEach(() => {
  vi.useRealTimers();
});

test('while the dial moves the curve answers at once, and clusters are found once, at rest', async () => {
  view.turn(0.3);
  expect(view.preview).toMatchObject({ epsilon: 0.3, clusters: 3 });
  view.turn(0.49);
  expect(view.epsilon).toBe(0.49);
  expect(view.preview).toMatchObject({ epsilon: 0.5, clusters: 5 });
  expect(asked).toEqual([]);
  await vi.runAllTimersAsync();
  expect(asked).toEqual([{ epsilon: 0.49, minPhotos: 3 }]);
  expect(view.run?.epsilon).toBe(0.49);
  expect(view.dial).toBeNull();
});

test('Automatic lets go of the dial', async () => {
  view.turn(0.3);
  await view.find('automatic');
  await vi.runAllTimersAsync();
  expect(asked).toEqual([{ epsilon: 'automatic', minPhotos: 3 }]);
  expect(view.run?.chosen).toBe('automatic');
});

test('another minimum keeps a given ε and chooses an automatic one anew', async () => {
  await view.setMinPhotos(5);
  expect(asked.at(-1)).toEqual({ epsilon: 'automatic', minPhotos: 5 });
  await view.find(0.45);
  await view.setMinPhotos(4);
  expect(asked.at(-1)).toEqual({ epsilon: 0.45, minPhotos: 4 });
});

test('the clusters of an earlier ε never replace those of a later one', async () => {
  const slow = later<ClusterRun>();
  host.answers['clusters.find'] = ({ epsilon }) =>
    epsilon === 0.3 ? slow.promise : run(Number(epsilon));
  const first = view.find(0.3);
  await view.find(0.5);
  slow.answer(run(0.3));
  await first;
  expect(view.run?.epsilon).toBe(0.5);
  expect(view.finding).toBe(false);
});

test('a run that was cancelled leaves the last one, without an error', async () => {
  host.answers['clusters.find'] = () => {
    throw new LookalikeError('cancelled', 'Stopped.');
  };
  await view.find(0.3);
  expect(view.run?.epsilon).toBe(0.41);
  expect(view.epsilon).toBe(0.41);
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
  host.tell('clusters', {});
  await vi.runAllTimersAsync();
  expect(view.run?.epsilon).toBe(0.41);
  view.dial = null;
  host.tell('clusters', {});
  await vi.runAllTimersAsync();
  expect(view.run?.epsilon).toBe(0.2);
});
