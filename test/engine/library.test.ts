import Database from 'better-sqlite3';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { rename, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { openLibrary, type Library } from '../../engine/library.ts';
import { methodEntries } from '../../engine/methods/registry.ts';
import { forkNodeProcess, type Fork, type ProcessHandle } from '../../engine/processes/child.ts';
import {
  heard,
  idsByPath,
  index,
  kinds,
  numbered,
  place,
  refusal,
  writePhotos,
} from '../support/library.ts';

/** Node's fork, with the processes that were started from an entry file of that name. */
function watchedFork(name: string, started: ProcessHandle[]): Fork {
  return (entry, args, on) => {
    const handle = forkNodeProcess(entry, args, on);
    if (entry.pathname.endsWith(name)) started.push(handle);
    return handle;
  };
}

/** Waits until the library holds that many photos. */
async function holds(library: Library, photos: number): Promise<void> {
  const isThere = heard(
    library,
    (name, data) => name === 'photos' && (data as { photos: number }).photos === photos,
  );
  if ((await library.request('library.get', {})).photos !== photos) await isThere;
}

describe('requests', () => {
  test.each(['nonsense', 'toString', '__proto__', ''])('there is no request "%s"', async (name) => {
    await using here = await place();
    const library = await here.open();
    expect(await refusal(library, name, {})).toEqual({
      code: 'request-invalid',
      message: `There is no request ${name}.`,
    });
  });

  test.each([
    ['library.get', undefined],
    ['library.get', { more: 1 }],
    ['photos.get', { id: '1' }],
    ['photos.get', { id: 0 }],
    ['photos.list', { folder: null, order: 'size' }],
    ['photos.refs', { ids: Array.from({ length: 1001 }, (_, i) => i + 1) }],
    ['lookalikes.find', { query: { photo: 1, path: 'x' }, k: 5 }],
    ['queries.add', { name: 'x', bytes: [1, 2, 3] }],
  ])('%s with wrong parameters is refused', async (name, params) => {
    await using here = await place();
    const library = await here.open();
    expect(await refusal(library, name, params)).toEqual({
      code: 'request-invalid',
      message: expect.stringContaining(name) as string,
    });
  });

  test('a new library says what it is', async () => {
    await using here = await place();
    const library = await here.open();
    expect(await library.request('library.get', {})).toMatchObject({
      program: { name: 'lookalike', version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string },
      folders: [],
      photos: 0,
      problems: 0,
      methods: [
        { id: 'imagenet', dimensions: 256, photos: 0, clusters: null },
        ...methodEntries.slice(1).map(({ facts }) => ({ id: facts.id, photos: 0, clusters: null })),
      ],
      backend: null,
      indexing: { state: 'idle' },
      clustering: [],
      preparing: [],
      notices: [],
    });
  });
});

describe('opening', () => {
  test('a damaged library begins anew, says so, and leaves the damaged file as it is', async () => {
    await using here = await place();
    await writePhotos(here.photos, { 'a.jpg': 1 });
    const before = await here.open();
    await before.request('folders.add', { path: here.photos });
    await before.close();
    const path = join(here.directory, 'library.db');
    const spoilt = readFileSync(path).fill(0xa5, 4096);
    writeFileSync(path, spoilt);
    const library = await here.open();
    const { notices, folders } = await library.request('library.get', {});
    const kept = readdirSync(here.directory).find((name) => name.includes('damaged')) ?? '';
    expect(notices).toEqual([
      { code: 'library-damaged', message: expect.stringContaining(kept) as string },
    ]);
    expect(folders).toEqual([]);
    expect(readFileSync(join(here.directory, kept)).equals(spoilt)).toBe(true);
    await library.request('folders.add', { path: here.photos });
    expect(await index(library)).toMatchObject({ indexed: 1 });
  });

  test('a library of a newer program is refused and stays as it is', async () => {
    await using here = await place();
    await (await here.open()).close();
    const path = join(here.directory, 'library.db');
    const database = new Database(path);
    database.pragma('user_version = 99');
    database.close();
    const before = readFileSync(path);
    await expect(here.open()).rejects.toMatchObject({
      code: 'library-newer',
      message: expect.stringContaining('99') as string,
    });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('the directory of a library is made, with all above it', async () => {
    await using here = await place();
    const folder = join(here.directory, 'deep', 'below');
    const library = await openLibrary({ folder });
    expect((await library.request('documents.info', {})).library).toBe(folder);
    await library.close();
  });

  test('a library that is open is refused, until it is closed', async () => {
    await using here = await place();
    const library = await here.open();
    const second = openLibrary({ folder: here.directory });
    await expect(second).rejects.toMatchObject({ code: 'library-in-use' });
    await library.close();
    await (await openLibrary({ folder: here.directory })).close();
  });
});

describe('helper processes that die', () => {
  test('search comes back with the same answers, clusters included', async () => {
    await using here = await place();
    await writePhotos(here.photos, numbered(4 * kinds));
    const started: ProcessHandle[] = [];
    const library = await here.open({ fork: watchedFork('search/process.ts', started) });
    await library.request('folders.add', { path: here.photos });
    await index(library);
    const photo = (await idsByPath(library, here.photos))['0.jpg'] ?? 0;
    const ask = async (): Promise<unknown> => [
      await library.request('lookalikes.find', { query: { photo }, k: 9 }),
      await library.request('clusters.find', {
        algorithm: 'dbscan',
        epsilon: 'automatic',
        minPhotos: 3,
      }),
    ];
    const before = await ask();
    started[0]?.kill();
    const during = library
      .request('lookalikes.find', { query: { photo }, k: 9 })
      .catch((error: unknown) => error);
    const answer = await during;
    if (answer instanceof Error) expect(answer).toMatchObject({ code: 'process-died' });
    expect(await ask()).toEqual(before);
    expect(started).toHaveLength(2);
  });

  test('the decoder is started again, and no photo is blamed', async () => {
    await using here = await place();
    await writePhotos(here.photos, numbered(80));
    const started: ProcessHandle[] = [];
    const library = await here.open({ fork: watchedFork('decoder-process.ts', started) });
    await library.request('folders.add', { path: here.photos });
    const stored = heard(library, (name) => name === 'photos');
    await library.request('indexing.start', {});
    await stored;
    started[0]?.kill();
    expect(await library.request('indexing.wait', {})).toMatchObject({ indexed: 80, failed: 0 });
  });
});

test('an app that is opened gets the search ready before it is asked for', async () => {
  await using here = await place();
  await writePhotos(here.photos, numbered(4));
  const first = await here.open();
  await first.request('folders.add', { path: here.photos });
  await index(first);
  // Or else these are looked for, which needs the search as well.
  await first.request('clusters.find', { algorithm: 'dbscan', epsilon: 'automatic', minPhotos: 3 });
  await first.close();
  const started: ProcessHandle[] = [];
  await here.open({ live: true, fork: watchedFork('search/process.ts', started) });
  await vi.waitFor(
    () => {
      expect(started).toHaveLength(1);
    },
    { timeout: 10_000 },
  );
});

test('a listener that fails harms neither the library nor other listeners', async () => {
  await using here = await place();
  await writePhotos(here.photos, { 'a.jpg': 1 });
  const log: string[] = [];
  const library = await here.open({ onLog: (line) => log.push(line) });
  library.onAny(() => {
    throw new Error('no screen');
  });
  const told = heard(library, (name) => name === 'photos');
  await library.request('folders.add', { path: here.photos });
  expect(await index(library)).toMatchObject({ indexed: 1 });
  await told;
  expect(log).toContain('a listener to photos: no screen');
});

test('a photo can be asked about as soon as it is listed', async () => {
  await using here = await place();
  await writePhotos(here.photos, numbered(60));
  const library = await here.open();
  await library.request('folders.add', { path: here.photos });
  await library.request('indexing.start', {});
  const asked = new Set<number>();
  for (let state = 'running'; state !== 'idle';) {
    // Requests that are answered at once would otherwise follow each other without a pause.
    await sleep(20);
    state = (await library.request('library.get', {})).indexing.state;
    const { ids } = await library.request('photos.list', { folder: null, order: 'newest' });
    for (const photo of ids.filter((id) => !asked.has(id)).slice(0, 3)) {
      asked.add(photo);
      const found = await library.request('lookalikes.find', { query: { photo }, k: 100 });
      expect(found.lookalikes.length).toBeGreaterThanOrEqual(ids.length - 1);
    }
  }
  expect(asked.size).toBeGreaterThan(0);
});

describe('a library that stays open', () => {
  test('indexes what is added, finds clusters, and follows what happens in its folders', async () => {
    await using here = await place();
    await writePhotos(here.photos, numbered(4 * kinds));
    const library = await here.open({ live: true });
    const clusters = heard(library, (name) => name === 'clusters');
    await library.request('folders.add', { path: here.photos });
    await clusters;
    expect((await library.request('library.get', {})).methods[0]?.clusters).toBeGreaterThan(0);

    const again = heard(library, (name) => name === 'clusters');
    await writePhotos(here.photos, { 'new.jpg': 1000, 'sub/new.jpg': 1001 });
    await again;
    await holds(library, 4 * kinds + 2);
    const { run } = await library.request('clusters.get', {});
    const inAll = run?.clusters.reduce((sum, { size }) => sum + size, run.noise);
    expect(inAll).toBe(4 * kinds + 2);

    const oneLess = holds(library, 4 * kinds + 1);
    await rename(join(here.photos, 'new.jpg'), join(here.photos, 'sub/renamed.jpg'));
    await unlink(join(here.photos, '0.jpg'));
    await oneLess;
    expect(Object.keys(await idsByPath(library, here.photos))).toContain('sub/renamed.jpg');
  });

  test('finds on the next start what happened meanwhile', async () => {
    await using here = await place();
    await writePhotos(here.photos, { 'a.jpg': 1, 'b.jpg': 2 });
    const first = await here.open({ live: true });
    await first.request('folders.add', { path: here.photos });
    await first.request('indexing.wait', {});
    await first.close();
    await writePhotos(here.photos, { 'c.jpg': 3 });
    await rm(join(here.photos, 'a.jpg'));
    const second = await here.open({ live: true });
    expect(await second.request('indexing.wait', {})).toMatchObject({ found: 2, indexed: 1 });
    expect(Object.keys(await idsByPath(second, here.photos))).toEqual(['b.jpg', 'c.jpg']);
  });

  test('keeps the settings that the person asked for last', async () => {
    await using here = await place();
    await writePhotos(here.photos, numbered(4 * kinds));
    const library = await here.open({ live: true });
    const found = heard(library, (name) => name === 'clusters');
    await library.request('folders.add', { path: here.photos });
    await found;
    await library.request('clusters.find', { algorithm: 'dbscan', epsilon: 0.123, minPhotos: 4 });
    const again = heard(library, (name) => name === 'clusters');
    await writePhotos(here.photos, { 'new.jpg': 1000 });
    await again;
    expect((await library.request('clusters.get', {})).run).toMatchObject({
      epsilon: 0.123,
      minPhotos: 4,
      chosen: 'given',
    });
  });

  test('has no clusters left when its last folder is removed', async () => {
    await using here = await place();
    await writePhotos(here.photos, numbered(2 * kinds));
    const library = await here.open({ live: true });
    const found = heard(library, (name) => name === 'clusters');
    const { id } = await library.request('folders.add', { path: here.photos });
    await found;
    const gone = heard(library, (name) => name === 'clusters');
    await library.request('folders.remove', { id });
    await gone;
    expect(await library.request('clusters.get', {})).toMatchObject({ run: null });
    const { photos, methods } = await library.request('library.get', {});
    expect({ photos, clusters: methods[0]?.clusters }).toEqual({ photos: 0, clusters: null });
  });

  test('draws sample photos and indexes them', async () => {
    await using here = await place();
    const library = await here.open({ live: true });
    const folder = await library.request('folders.addSamples', {});
    expect(folder.path).toBe(join(here.directory, 'samples'));
    const some = heard(
      library,
      (name, data) => name === 'photos' && (data as { photos: number }).photos >= 20,
    );
    await some;
    const { ids } = await library.request('photos.list', { folder: folder.id, order: 'folder' });
    const found = await library.request('lookalikes.find', {
      query: { photo: ids[0] ?? 0 },
      k: 5,
    });
    expect(found.lookalikes).toHaveLength(5);
    expect((await library.request('library.get', {})).notices).toEqual([]);
  }, 60_000);
});

describe('closing', () => {
  test('is safe at any moment, and what was under way is told as cancelled', async () => {
    await using here = await place();
    await writePhotos(here.photos, numbered(60));
    const moments: ((library: Library) => Promise<unknown>)[] = [
      () => Promise.resolve(),
      (library) => library.request('indexing.start', {}),
      (library) => heard(library, (name) => name === 'photos'),
      (library) => library.request('indexing.pause', {}),
      (library) => heard(library, (name) => name === 'clustering'),
    ];
    for (const moment of moments) {
      const library = await here.open({ live: true });
      await library.request('folders.add', { path: here.photos });
      await moment(library);
      const { ids } = await library.request('photos.list', { folder: null, order: 'newest' });
      const underWay = [
        library.request('indexing.wait', {}),
        library.request('lookalikes.find', { query: { photo: ids[0] ?? 1 }, k: 5 }),
        library.request('clusters.find', {
          algorithm: 'dbscan',
          epsilon: 'automatic',
          minPhotos: 3,
        }),
        library.request('folders.remove', { id: 99 }),
        library.photo(ids[0] ?? 1, 1000).then(({ read }) => read()),
      ].map((request) => request.catch((error: unknown) => error));
      await Promise.all([library.close(), library.close()]);
      for (const outcome of await Promise.all(underWay))
        if (outcome instanceof Error)
          expect(outcome).toMatchObject({
            code: expect.stringMatching(
              /^(cancelled|photo-unknown|library-empty|folder-unknown)$/,
            ) as string,
          });
      await expect(library.request('library.get', {})).rejects.toMatchObject({ code: 'cancelled' });
      // Otherwise the next round would have nothing to do.
      await rm(here.directory, { recursive: true });
    }
  });

  test('blames no photo that was just being read', async () => {
    await using here = await place();
    await writePhotos(here.photos, numbered(60));
    for (let round = 0; round < 5; round++) {
      const library = await here.open({ live: true });
      await library.request('folders.add', { path: here.photos });
      await heard(library, (name) => name === 'indexing');
      await library.close();
    }
    const library = await here.open();
    expect(await index(library)).toMatchObject({ found: 60, failed: 0 });
    expect(await library.request('problems.list', {})).toEqual([]);
  });
});
