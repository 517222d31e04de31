/**
 * The challenge format: under the name of a group, for every query photo the names of the photos that
 * are most like it. It is what competitions of image retrieval ask for. The queries are the photos of
 * the library below one folder; lookalikes are looked for among all others, copies included.
 */
import { realpath } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import type { Checked } from '../contract.ts';
import type { ChallengeDocument } from '../documents.ts';
import { LookalikeError } from '../errors.ts';
import { toAbsolute } from '../photos/browse.ts';
import type { Context } from './context.ts';
import type { OpenMethod } from './open-method.ts';
import { slices } from './slices.ts';

/** What is asked for. */
export type Challenge = Extract<Checked<'export.write'>['document'], { kind: 'challenge' }>;

/** Queries at once: the search is fastest in batches. */
const atOnce = 64;

/** @throws LookalikeError `folder-unknown` when no photo is below the folder, `library-empty` when all are */
export async function challengeDocument(
  context: Context,
  method: OpenMethod,
  { group, queries: folder, k }: Omit<Challenge, 'method'>,
): Promise<ChallengeDocument> {
  const { reader } = context.parts.store;
  const breathe = slices();
  const given = toAbsolute(folder);
  // Folders of the library are kept without symbolic links; one that is away cannot be followed.
  const root = await realpath(given).catch(() => given);
  const queries: { id: number; name: string }[] = [];
  let others = 0;
  for (let page = reader.photosAfter(0, 512); page.length > 0;) {
    for (const photo of page) {
      if (!context.folders().has(photo.folderId) || !method.hasVector(photo.id)) continue;
      const name = relative(root, context.pathOf(photo));
      if (name.startsWith('..') || name.includes(`..${sep}`)) others += 1;
      else queries.push({ id: photo.id, name: name.split(sep).join('/') });
    }
    page = reader.photosAfter(page.at(-1)?.id ?? Infinity, 512);
    await breathe();
  }
  if (queries.length === 0)
    throw new LookalikeError(
      'folder-unknown',
      `The library has no photos below ${root}. Index the folder of the query photos first.`,
    );
  if (others === 0)
    throw new LookalikeError(
      'library-empty',
      `All photos of the library are below ${root}, so there are none to search. Index the photos that are to be searched, too.`,
    );
  // Ids are in the order in which photos were read, which is another one each time.
  queries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const images: ChallengeDocument['images'] = {};
  const hidden = queries.map(({ id }) => id);
  for (let start = 0; start < queries.length; start += atOnce) {
    const some = queries.slice(start, start + atOnce);
    const found = await method.ask('nearest', {
      queries: some.map(({ id }) => ({ of: { photo: id }, except: [] })),
      k,
      hidden,
    });
    for (const [place, { name }] of some.entries())
      images[name] = (found[place] ?? []).flatMap(({ id }) => {
        const photo = reader.photo(id);
        return photo ? [photo.relativePath] : [];
      });
  }
  return { groupname: group, images };
}
