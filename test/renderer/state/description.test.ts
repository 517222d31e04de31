/** Searches by a description, as sliders are moved. */
import { expect, test } from 'vitest';
import type { Params, Result } from '../../../engine/contract.ts';
import { DescriptionView } from '../../../renderer/state/description.svelte.ts';
import { FakeHost, later, libraryState, methodsOf, settled } from '../fake-client.ts';

type Found = Result<'attributes.search'>;
type Asked = Params<'attributes.search'>;

const photos = (count: number): Found => ({
  ids: Array.from({ length: count }, (_, i) => i + 1),
  ratios: Array.from({ length: count }, () => 1.5),
  similarities: Array.from({ length: count }, () => 0.5),
});

function view(host: FakeHost): DescriptionView {
  return new DescriptionView(host, methodsOf(host));
}
const wantedOf = (host: FakeHost): Asked['wanted'][] =>
  host.asked.map(({ params }) => (params as Asked).wanted);

test('what is ticked counts, what is not does not, and nothing at all asks for nothing', async () => {
  const host = new FakeHost({ 'attributes.search': () => photos(3) });
  const description = view(host);
  expect(description.valueOf('hat')).toBeNull();
  description.want('hat', 0.5);
  description.want('smile', 1);
  await settled();
  description.want('hat', 0);
  await settled();
  expect(description.valueOf('hat')).toBe(0);
  expect(wantedOf(host).at(-1)).toEqual([
    { name: 'hat', value: 0 },
    { name: 'smile', value: 1 },
  ]);
  expect(description.found?.ids).toHaveLength(3);
  expect(description.mayHaveMore).toBe(false);
  const asked = host.asked.length;
  description.open([]);
  await settled();
  expect(description.found).toBeNull();
  expect(host.asked).toHaveLength(asked);
});

test('while an answer is waited for only the newest question waits', async () => {
  const slow = later<Found>();
  const host = new FakeHost({ 'attributes.search': () => slow.promise });
  const description = view(host);
  for (const value of [0.1, 0.2, 0.3, 0.4]) description.want('hat', value);
  host.answers['attributes.search'] = () => photos(1);
  slow.answer(photos(9));
  await settled();
  expect(wantedOf(host).map(([first]) => first?.value)).toEqual([0.1, 0.4]);
  expect(description.found?.ids).toHaveLength(1);
});

test('more are asked for where there may be more, and fewer again for another description', async () => {
  const host = new FakeHost({ 'attributes.search': ({ k }) => photos(k) });
  const description = view(host);
  description.want('hat', 1);
  await settled();
  const { k } = description;
  expect(description.mayHaveMore).toBe(true);
  description.more();
  await settled();
  expect(description.found?.ids.length).toBeGreaterThan(k);
  description.want('hat', 0);
  await settled();
  expect(description.found?.ids).toHaveLength(k);
});

test('why it did not work is told until it does, and what was found before is no answer', async () => {
  const host = new FakeHost({ 'attributes.search': () => photos(1) });
  const description = view(host);
  description.want('hat', 1);
  await settled();
  host.answers['attributes.search'] = () => {
    throw new Error('gone');
  };
  description.want('hat', 0);
  await settled();
  expect(description.error).toBeInstanceOf(Error);
  expect(description.found).toBeNull();
  host.answers['attributes.search'] = () => photos(2);
  await description.look();
  expect(description.error).toBeNull();
});

test('what was learnt anew is asked anew', async () => {
  const host = new FakeHost({
    'attributes.search': () => photos(1),
    'library.get': () => libraryState(),
  });
  const description = view(host);
  description.want('hat', 1);
  await settled();
  const asked = wantedOf(host).length;
  host.tell('methods', {});
  await settled();
  expect(host.asked.filter(({ name }) => name === 'attributes.search')).toHaveLength(asked + 1);
});
