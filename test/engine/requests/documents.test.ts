import { readFile, readdir, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  ClustersDocument,
  ExportDocument,
  LookalikesDocument,
} from '../../../engine/documents.ts';
import type { Library } from '../../../engine/library.ts';
import {
  idsByPath,
  index,
  kinds,
  numbered,
  place,
  refusal,
  writePhotos,
  type Place,
} from '../../support/library.ts';
import { schemaErrors } from '../export/validate.ts';

/** Names that a careless program would spoil. */
const oddNames = ['a "quoted" name.jpg', 'two\nlines.jpg', 'fox 🦊.jpg', "it's 100%.jpg", ' .jpg'];

let here: Place;
let library: Library;

beforeAll(async () => {
  here = await place();
  await writePhotos(here.photos, numbered(4 * kinds));
  await writePhotos(here.photos, Object.fromEntries(oddNames.map((name, i) => [name, 500 + i])));
  await writePhotos(here.photos, { 'copies/0.jpg': 0 });
  await writeFile(join(here.photos, 'bad 🦊.jpg'), 'text');
  library = await here.open();
  await library.request('folders.add', { path: here.photos });
  await index(library);
});
afterAll(async () => {
  await here[Symbol.asyncDispose]();
});

/** Exports a document and reads it back. */
async function exported(
  document: Parameters<typeof library.request<'export.write'>>[1]['document'],
): Promise<unknown> {
  const path = join(here.directory, '..', `${document.kind}.json`);
  const written = await library.request('export.write', { document, path });
  const bytes = await readFile(path);
  expect(written).toEqual({ path, bytes: bytes.length });
  return JSON.parse(bytes.toString('utf8'));
}

describe('the export of a library', () => {
  let document: ExportDocument;
  let ids: Record<string, number>;

  beforeAll(async () => {
    document = (await exported({ kind: 'library' })) as ExportDocument;
    ids = await idsByPath(library, here.photos);
  });

  test('follows its published schema', () => {
    expect(schemaErrors('export', document)).toEqual([]);
  });

  test('has every photo once, under its absolute path, whatever its name', () => {
    const paths = document.photos.map(({ path }) => path);
    expect(paths.toSorted()).toEqual(
      Object.keys(ids)
        .map((name) => join(here.photos, name))
        .toSorted(),
    );
    for (const name of oddNames) expect(paths).toContain(join(here.photos, name));
    expect(document.folders).toEqual([here.photos]);
    const all = document.photos.flatMap(({ lookalikes }) => lookalikes.map(({ path }) => path));
    expect([...all, ...document.noise].every(isAbsolute)).toBe(true);
  });

  test('gives each photo the five lookalikes that the library finds', async () => {
    for (const { path, lookalikes } of document.photos) {
      const found = await library.request('lookalikes.find', {
        query: { photo: ids[path.slice(here.photos.length + 1)] ?? 0 },
        k: 5,
      });
      expect(lookalikes).toEqual(
        found.lookalikes.map(({ path: other, similarity }) => ({ path: other, similarity })),
      );
    }
  });

  test('says of each photo which cluster it is in, or that it is in none', () => {
    expect(document.clusters.length).toBeGreaterThan(0);
    for (const { path, cluster } of document.photos) {
      const inIt = document.clusters.filter(({ photos }) => photos.includes(path));
      expect(inIt.map(({ id }) => id)).toEqual(cluster === null ? [] : [cluster]);
      expect(document.noise.includes(path)).toBe(cluster === null);
    }
  });
});

test('the document of lookalikes follows its schema, by request and as a file', async () => {
  const query = { path: join(here.photos, '0.jpg') };
  const document = await library.request('documents.lookalikes', { query, k: 4 });
  expect(schemaErrors('lookalikes', document)).toEqual([]);
  expect(document.query).toEqual(query);
  expect(document.copies).toEqual([join(here.photos, 'copies/0.jpg')]);
  expect(document.lookalikes).toHaveLength(4);
  expect((await exported({ kind: 'lookalikes', query, k: 4 })) as LookalikesDocument).toEqual(
    document,
  );
});

test('what several methods find for a photo is written as it is told', async () => {
  const asked = {
    query: { path: join(here.photos, '0.jpg') },
    k: 3,
    methods: ['pixels', 'imagenet'],
  };
  const document = await library.request('documents.sideBySide', asked);
  const written = await exported({ kind: 'side-by-side', ...asked });
  expect(schemaErrors('side-by-side', written)).toEqual([]);
  expect(written).toEqual(document);
});

test('the document of clusters follows its schema, by request and as a file', async () => {
  const document = await library.request('documents.clusters', {
    algorithm: 'dbscan',
    epsilon: 0.2,
    minPhotos: 3,
  });
  expect(schemaErrors('clusters', document)).toEqual([]);
  expect(document.algorithm).toEqual({
    name: 'dbscan',
    epsilon: 0.2,
    minPhotos: 3,
    chosen: 'given',
  });
  await library.request('clusters.rename', { cluster: 1, name: 'Foxes' });
  const written = (await exported({ kind: 'clusters' })) as ClustersDocument;
  expect(schemaErrors('clusters', written)).toEqual([]);
  expect(written.clusters[0]?.name).toBe('Foxes');
  expect(written.clusters.map(({ photos }) => photos)).toEqual(
    document.clusters.map(({ photos }) => photos),
  );
  await library.request('clusters.rename', { cluster: 1, name: '' });
});

test('the documents of problems and of the library follow their schemas', async () => {
  const problems = await library.request('documents.problems', {});
  expect(schemaErrors('problems', problems)).toEqual([]);
  expect(problems.problems).toMatchObject([
    { path: join(here.photos, 'bad 🦊.jpg'), code: 'not-a-photo' },
  ]);
  const info = await library.request('documents.info', {});
  expect(schemaErrors('info', info)).toEqual([]);
  expect(info).toMatchObject({ library: here.directory, problems: 1, backend: {} });
  await library.request('indexing.start', {});
  expect(schemaErrors('index', await library.request('indexing.wait', {}))).toEqual([]);
});

test('an export that cannot be written is told, and leaves nothing behind', async () => {
  const path = join(here.photos, 'nowhere', 'x.json');
  for (const kind of ['library', 'clusters'])
    expect(await refusal(library, 'export.write', { document: { kind }, path })).toMatchObject({
      code: 'export-failed',
    });
  const left = await readdir(join(here.directory, '..'));
  expect(left.filter((name) => name.includes('.tmp'))).toEqual([]);
});

test('an empty library has nothing to export', async () => {
  await using empty = await place();
  const other = await empty.open();
  const path = join(empty.directory, 'x.json');
  expect(
    await refusal(other, 'export.write', { document: { kind: 'library' }, path }),
  ).toMatchObject({ code: 'library-empty' });
  expect(await readdir(empty.directory)).not.toContain('x.json');
});

test('a library is exported while it is being indexed', async () => {
  await using busy = await place();
  await writePhotos(busy.photos, numbered(160));
  const other = await busy.open();
  await other.request('folders.add', { path: busy.photos });
  await other.request('indexing.start', {});
  const path = join(busy.directory, 'x.json');
  let exports = 0;
  for (;;) {
    const { indexing, photos } = await other.request('library.get', {});
    if (indexing.state === 'idle') break;
    await sleep(50);
    if (photos > 0) {
      await other.request('export.write', { document: { kind: 'library' }, path });
      exports += 1;
      const document: unknown = JSON.parse(await readFile(path, 'utf8'));
      expect(schemaErrors('export', document)).toEqual([]);
    }
  }
  expect(exports).toBeGreaterThan(0);
});
