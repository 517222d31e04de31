/** Names of photos, asked for where they are shown. */
import { expect, test } from 'vitest';
import { LookalikeError } from '../../../engine/errors.ts';
import { PhotoNames } from '../../../renderer/state/photo-names.svelte.ts';
import { FakeHost, photoRef } from '../fake-client.ts';

const asked = (host: FakeHost): unknown[] => host.asked.map(({ params }) => params);

test('a name is asked for once', async () => {
  const host = new FakeHost({ 'photos.refs': ({ ids }) => ids.map(photoRef) });
  const names = new PhotoNames(host);
  expect(names.of(1)).toBeUndefined();
  await names.learn([1, 2]);
  await names.learn([2, 3]);
  await names.learn([1, 3]);
  expect([1, 2, 3].map((id) => names.of(id))).toEqual(['1.jpg', '2.jpg', '3.jpg']);
  expect(asked(host)).toEqual([{ ids: [1, 2] }, { ids: [3] }]);
});

test('no more are asked for at once than the library answers, and no more kept than help', async () => {
  const host = new FakeHost({ 'photos.refs': ({ ids }) => ids.map(photoRef) });
  const names = new PhotoNames(host);
  const many = Array.from({ length: 6500 }, (_, i) => i + 1);
  await names.learn(many);
  expect(host.asked[0]?.params).toEqual({ ids: many.slice(0, 1000) });
  for (let from = 1000; from < 6000; from += 1000) await names.learn(many.slice(from));
  await names.learn([6000, 6500]);
  expect([names.of(6000), names.of(6500)]).toEqual(['6000.jpg', '6500.jpg']);
  expect(names.of(1)).toBeUndefined();
});

test('a name that cannot be had is asked for again', async () => {
  let broken = true;
  const host = new FakeHost({
    'photos.refs': ({ ids }) => {
      if (broken) throw new LookalikeError('process-died', 'Lookalike does not answer.');
      return ids.map(photoRef);
    },
  });
  const names = new PhotoNames(host);
  await names.learn([1]);
  broken = false;
  await names.learn([1]);
  expect(names.of(1)).toBe('1.jpg');
});
