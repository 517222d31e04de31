import { join } from 'node:path';
import { expect, test } from 'vitest';
import { schemaErrors } from '../export/validate.ts';
import { index, kinds, numbered, place, refusal, writePhotos } from '../../support/library.ts';

test('each method tells its own lookalikes, and how many of the methods agree', async () => {
  await using here = await place();
  await writePhotos(here.photos, { ...numbered(3 * kinds), 'copy.jpg': 0 });
  const library = await here.open();
  await library.request('folders.add', { path: here.photos });
  await index(library);
  const path = join(here.photos, '0.jpg');
  const query = { query: { path }, k: 4 };
  const document = await library.request('documents.sideBySide', {
    ...query,
    methods: ['pixels', 'imagenet'],
  });
  expect(schemaErrors('side-by-side', document)).toEqual([]);
  expect(document).toMatchObject({ query: { path }, copies: [join(here.photos, 'copy.jpg')] });
  expect(document.methods.map(({ id }) => id)).toEqual(['pixels', 'imagenet']);
  const paths = document.methods.map(({ lookalikes }) => lookalikes.map((one) => one.path));
  for (const [place, { id, lookalikes }] of document.methods.entries()) {
    const alone = await library.request('documents.lookalikes', { ...query, method: id });
    expect(lookalikes).toMatchObject(alone.lookalikes);
    for (const { path: found, agreed } of lookalikes)
      expect(agreed).toBe(paths[1 - place]?.includes(found) ? 2 : 1);
  }
  const unknown = await refusal(library, 'documents.sideBySide', { ...query, methods: ['x'] });
  expect(unknown.code).toBe('method-unknown');
});
