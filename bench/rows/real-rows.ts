/**
 * Rows of real photos: 495 objects of 33 kinds in the shared folder beside the project, embedded by
 * the program itself with its default method. Where that folder is not, the sample pictures that the
 * program draws take their place.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLibrary } from '../../engine/library.ts';
import { loadMethod } from '../../engine/methods/registry.ts';
import { openStore } from '../../engine/store/store.ts';
import { cached } from '../cache.ts';

export interface RealRows {
  /** Where they are from, for people. */
  source: string;
  dimensions: number;
  /** float32 [size × dimensions], of length 1 */
  rows: Float32Array;
  size: number;
  /** The rows of each kind. */
  kinds: number[][];
}

const photos = fileURLToPath(new URL('../../../shared/photos/objects', import.meta.url));

export async function realRows(): Promise<RealRows> {
  const real = existsSync(photos);
  const method = await loadMethod();
  const name = `${real ? 'photos' : 'drawn'}-${method.id}-${method.version}.json`;
  const path = await cached(name.replaceAll(/[^\w.-]/g, '_'), async (unfinished) => {
    writeFileSync(unfinished, JSON.stringify(await embedded(real ? photos : null)));
  });
  const stored = JSON.parse(readFileSync(path, 'utf8')) as { kind: string; row: number[] }[];
  const byKind = Map.groupBy(stored.keys(), (index) => stored[index]?.kind);
  return {
    source: real
      ? `${stored.length} photos of ${byKind.size} kinds`
      : `${stored.length} drawn pictures, as ../shared is not there`,
    dimensions: method.dimensions,
    rows: Float32Array.from(stored.flatMap(({ row }) => row)),
    size: stored.length,
    kinds: [...byKind.values()].filter((kind) => kind.length > 1),
  };
}

/** The photos of a folder (or drawn ones) with their rows, in the order of their paths. */
async function embedded(folder: string | null): Promise<{ kind: string; row: number[] }[]> {
  const directory = mkdtempSync(join(tmpdir(), 'lookalike-bench-'));
  try {
    const library = await openLibrary({ folder: directory });
    if (folder) await library.request('folders.add', { path: folder });
    else await library.request('folders.addSamples', {});
    await library.request('indexing.start', {});
    await library.request('indexing.wait', {});
    await library.close();
    const { id, version, dimensions } = await loadMethod();
    const store = openStore(directory);
    const found = [...store.reader.vectors(store.writer.method(id, version, dimensions))]
      .map(({ photoId, vector }) => {
        const path = store.reader.photo(photoId)?.relativePath ?? '';
        return { path, kind: dirname(path), row: [...vector] };
      })
      .sort((a, b) => (a.path < b.path ? -1 : 1));
    store.close();
    return found.map(({ kind, row }) => ({ kind, row }));
  } finally {
    rmSync(directory, { recursive: true });
  }
}
