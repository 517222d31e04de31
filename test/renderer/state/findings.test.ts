/** What each method finds, for the table above the methods. */
import { expect, test } from 'vitest';
import type { ClustersByMethodDocument } from '../../../engine/contract.ts';
import { LookalikeError } from '../../../engine/errors.ts';
import { FindingsView } from '../../../renderer/state/findings.svelte.ts';
import { FakeHost, later, settled } from '../fake-client.ts';

const found = { epsilon: 0.5, chosen: 'automatic', minPhotos: 3, clusters: 2 } as const;
const documentOf = (isFound: boolean): ClustersByMethodDocument => ({
  schema: 'lookalike/clusters-by-method@1',
  photos: 9,
  methods: [
    {
      ...{ id: 'a', name: 'A', sentence: '' },
      found: isFound ? { ...found, largest: 5, clustered: 7, noise: 2 } : null,
      missing: isFound ? null : 'clusters',
    },
    { id: 'b', name: 'B', sentence: '', found: null, missing: 'vectors' },
  ],
});

test('shows what is known, and finds the rest when it is asked to', async () => {
  const host = new FakeHost({ 'documents.clustersByMethod': ({ find }) => documentOf(find) });
  const view = new FindingsView(host);
  const close = view.open();
  await settled();
  expect([view.rows.length, view.others.length, view.incomplete]).toEqual([1, 1, true]);
  expect(view.some).toBe(false);
  await view.find();
  expect([view.incomplete, view.finding, view.some]).toEqual([false, false, true]);

  // It follows what changes, but only where it is shown.
  const asked = host.asked.length;
  host.tell('clusters', { method: 'a' });
  expect(host.asked).toHaveLength(asked + 1);
  close();
  host.tell('clusters', { method: 'a' });
  expect(host.asked).toHaveLength(asked + 1);
});

test('is stopped by stopping the method whose turn it is, without a word about it', async () => {
  const finding = later<ClustersByMethodDocument>();
  const host = new FakeHost({
    'documents.clustersByMethod': () => finding.promise,
    'clusters.cancel': () => ({}),
  });
  const view = new FindingsView(host);
  const work = view.find();
  host.tell('clustering', { method: 'a', state: 'running', done: 1, total: 2, error: null });
  await view.cancel();
  expect(host.asked.at(-1)).toEqual({ name: 'clusters.cancel', params: { method: 'a' } });
  finding.answer(Promise.reject(new LookalikeError('cancelled', 'Stopped.')) as never);
  await work;
  expect([view.error, view.finding]).toEqual([null, false]);
});
