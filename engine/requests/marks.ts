/** Answers requests about marks: what a person says of two photos, alike or not. */
import { realpath } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import type { Checked, MarkedPhoto, PhotoMark, PhotoRef, Result } from '../contract.ts';
import { marksDocument, type MarksDocument } from '../marks-documents.ts';
import { LookalikeError } from '../errors.ts';
import { contradictions } from '../evaluation/marks.ts';
import { Random } from '../random.ts';
import type { MarkRow } from '../store/marks.ts';
import type { PhotoRow } from '../store/reader.ts';
import type { Context, Handlers } from './context.ts';
import type { Methods } from './methods.ts';
import { photoNamed } from './photo-named.ts';

/** Lookalikes of each method that are put into one pool, and photos of it that are asked about. */
const pooledOfEach = 4;
const mostOthers = 4;
/** Photos that are tried until there is something to ask about one. */
const mostTried = 50;

export function markRequests(
  context: Context,
  methods: Methods,
): Handlers<
  | 'marks.list'
  | 'marks.of'
  | 'marks.set'
  | 'marks.remove'
  | 'marks.import'
  | 'marks.question'
  | 'documents.marks'
> {
  const { store, emit } = context.parts;
  const { reader, writer } = store;
  const changed = (): void => {
    emit('marks', {});
  };
  return {
    'marks.list': () => {
      const rows = reader.marks.all();
      const refs = refsByContent(context);
      const marks = rows.map(({ id, first, second, alike, markedAt }): PhotoMark => {
        return { id, photos: [refs(first), refs(second)], alike, at: markedAt };
      });
      return {
        marks,
        contradictions: contradictions<string, MarkRow>(rows).map(({ mark, way }) => ({
          mark: mark.id,
          way: way.flatMap((content) => refs(content) ?? []),
        })),
      };
    },

    'marks.of': ({ photo }) => {
      // A photo may go while its window is open: nothing is said of it then.
      const sha256 = reader.photo(photo)?.sha256;
      if (sha256 === undefined) return [];
      return reader.marks
        .of(sha256)
        .flatMap(({ first, second, alike }) =>
          reader
            .photosWithContent(first === sha256 ? second : first)
            .map(({ id }) => ({ photo: id, alike })),
        );
    },

    'marks.set': async ({ a, b, alike }) => {
      const [first, second] = [await photoOf(context, a), await photoOf(context, b)];
      refuseOne(context, first, second);
      const pair = [first.sha256, second.sha256] as const;
      const before = reader.marks
        .of(first.sha256)
        .find((mark) => mark.first === second.sha256 || mark.second === second.sha256);
      if (alike !== null) writer.marks.set([{ pair, alike, markedAt: Date.now() }]);
      else if (!writer.marks.removePair(pair))
        throw new LookalikeError(
          'mark-unknown',
          `${context.pathOf(first)} and ${context.pathOf(second)} are not marked.`,
        );
      changed();
      return {
        photos: [context.refOf(first), context.refOf(second)],
        before: before?.alike ?? null,
      };
    },

    'marks.remove': ({ id }) => {
      if (!writer.marks.remove(id))
        throw new LookalikeError('mark-unknown', 'This mark is not there any more.');
      changed();
      return {};
    },

    'marks.import': ({ document }) => {
      const result = imported(context, document);
      changed();
      return result;
    },

    'marks.question': (asked) => question(context, methods, asked),

    'documents.marks': () => marksDocumentOf(context),
  };
}

/** Every mark as a document. */
export function marksDocumentOf(context: Context): MarksDocument {
  const refs = refsByContent(context);
  const photo = (sha256: string): { path: string | null; sha256: string } => ({
    path: refs(sha256)?.path ?? null,
    sha256,
  });
  return {
    schema: 'lookalike/marks@1',
    marks: context.parts.store.reader.marks.all().map(({ first, second, alike, markedAt }) => ({
      photos: [photo(first), photo(second)],
      alike,
      at: new Date(markedAt).toISOString(),
    })),
  };
}

/** From contents to the first photo that has each, or null; each is looked up once. */
function refsByContent(context: Context): (sha256: string) => PhotoRef | null {
  const known = new Map<string, PhotoRef | null>();
  return (sha256) => {
    let ref = known.get(sha256);
    if (ref === undefined) {
      const [photo] = context.parts.store.reader.photosWithContent(sha256);
      ref = photo ? context.refOf(photo) : null;
      known.set(sha256, ref);
    }
    return ref;
  };
}

/** @throws LookalikeError `photo-unknown` or `query-ambiguous` */
async function photoOf(context: Context, of: MarkedPhoto): Promise<PhotoRow> {
  if ('photo' in of) return context.photo(of.photo);
  if ('name' in of) return photoNamed(context, of.name);
  const path = await realpath(of.path).catch(() => of.path);
  for (const folder of context.folders().values()) {
    const below = relative(folder.path, path).split(sep).join('/');
    const photo = context.parts.store.reader.photoAt(folder.id, below);
    if (photo) return photo;
  }
  throw new LookalikeError(
    'photo-unknown',
    `${of.path} is no photo of the library. Only photos of the library can be marked: check the path, or index its folder first.`,
  );
}

/** @throws LookalikeError `mark-of-one` */
function refuseOne(context: Context, first: PhotoRow, second: PhotoRow): void {
  if (first.sha256 !== second.sha256) return;
  throw new LookalikeError(
    'mark-of-one',
    first.id === second.id
      ? `${context.pathOf(first)} cannot be marked with itself. Name two photos.`
      : `${context.pathOf(first)} and ${context.pathOf(second)} have the same content, so they are one photo. Name two photos.`,
  );
}

/** @throws LookalikeError `marks-unreadable` or `mark-of-one` */
function imported(context: Context, document: unknown): Result<'marks.import'> {
  const { reader, writer } = context.parts.store;
  const parsed = marksDocument.safeParse(document);
  if (!parsed.success)
    throw new LookalikeError(
      'marks-unreadable',
      'This is no document of marks. Use one that “marks --json” or Export wrote.',
    );
  const known = new Map(reader.marks.all().map((row) => [`${row.first} ${row.second}`, row.alike]));
  const result = { added: 0, changed: 0, unchanged: 0, gone: 0 };
  const marks = parsed.data.marks.map(({ photos: [a, b], alike, at }) => {
    if (a.sha256 === b.sha256)
      throw new LookalikeError(
        'mark-of-one',
        `The document marks ${a.path ?? a.sha256} with itself. Take that mark out.`,
      );
    const pair = [a.sha256, b.sha256].sort() as [string, string];
    const before = known.get(pair.join(' '));
    known.set(pair.join(' '), alike);
    result[before === undefined ? 'added' : before === alike ? 'unchanged' : 'changed'] += 1;
    if (!pair.every((sha256) => reader.hasContent(sha256))) result.gone += 1;
    return { pair, alike, markedAt: Date.parse(at) };
  });
  writer.marks.set(marks);
  return result;
}

/**
 * A photo drawn by chance, and some of those that methods find for it, pooled as in the conferences
 * on text retrieval (TREC; Voorhees and Harman 2005): whoever judges them does not know which method
 * found what, so the marks favour none. Methods without vectors have no part in it.
 */
async function question(
  context: Context,
  methods: Methods,
  { except, seed }: Checked<'marks.question'>,
): Promise<Result<'marks.question'>> {
  context.requirePhotos();
  const asked = new Set(except);
  const random = new Random('question', seed, except.length);
  const photos = random.shuffled(context.distinctPhotos()).filter((id) => !asked.has(id));
  for (const id of photos.slice(0, mostTried)) {
    const photo = context.parts.store.reader.photo(id);
    if (!photo) continue;
    const marked = new Set(
      context.parts.store.reader.marks
        .of(photo.sha256)
        .flatMap(({ first, second }) => [first, second]),
    );
    const pool = new Map<number, PhotoRow>();
    for (const method of methods.all) {
      if (!method.hasVector(id)) continue;
      const copies = context.copiesOf(photo).map((copy) => copy.id);
      const query = { of: { photo: id }, except: copies };
      const [found = []] = await method.nearest([query], pooledOfEach);
      for (const { id: other } of found) {
        const row = context.parts.store.reader.photo(other);
        if (row && !marked.has(row.sha256)) pool.set(other, row);
      }
    }
    const others = random.shuffled([...pool.values()].sort((a, b) => a.id - b.id));
    if (others.length > 0)
      return {
        photo: context.refOf(photo),
        others: others.slice(0, mostOthers).map((row) => context.refOf(row)),
      };
  }
  return null;
}
