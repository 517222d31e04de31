import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ChallengeDocument } from '../../../engine/contract.ts';
import { schemaErrors } from '../export/validate.ts';
import { index, kinds, place, refusal, writePhotos } from '../../support/library.ts';

test('the challenge format tells the lookalikes of each photo of a folder among all others', async () => {
  await using here = await place();
  const many = Array.from({ length: 3 * kinds }, (_, n) => [`gallery/${n}.jpg`, n] as const);
  await writePhotos(here.photos, {
    ...Object.fromEntries(many),
    'query/a.jpg': 100,
    'query/sub/b.jpg': 101,
    // The same content as one of the others: the best result there is.
    'query/c.jpg': 5,
  });
  const library = await here.open();
  await library.request('folders.add', { path: here.photos });
  await index(library);
  const path = join(here.directory, '..', 'challenge.json');
  const asked = { kind: 'challenge', group: 'Us', k: 4, method: 'pixels' } as const;
  await library.request('export.write', {
    document: { ...asked, queries: join(here.photos, 'query') },
    path,
  });
  const document = JSON.parse(await readFile(path, 'utf8')) as ChallengeDocument;
  expect(schemaErrors('challenge', document)).toEqual([]);
  expect(document.groupname).toBe('Us');
  expect(Object.keys(document.images)).toEqual(['a.jpg', 'c.jpg', 'sub/b.jpg']);
  for (const names of Object.values(document.images)) {
    expect(names).toHaveLength(4);
    expect(names.every((name) => name.startsWith('gallery/'))).toBe(true);
  }
  expect(document.images['c.jpg']?.[0]).toBe('gallery/5.jpg');

  const link = join(here.directory, '..', 'link to the queries');
  await symlink(join(here.photos, 'query'), link, 'junction');
  await library.request('export.write', { document: { ...asked, queries: link }, path });
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(document);

  for (const [queries, code, words] of [
    [join(here.photos, 'nowhere'), 'folder-unknown', 'has no photos below'],
    [here.photos, 'library-empty', 'none to search'],
  ] as const) {
    const refused = await refusal(library, 'export.write', {
      document: { ...asked, queries },
      path,
    });
    expect(refused.code).toBe(code);
    expect(refused.message).toContain(words);
  }
});
