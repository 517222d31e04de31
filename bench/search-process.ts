/**
 * The search process itself, on a library of made rows in a real database: how soon it answers after
 * it was started, what memory it takes, and how soon one more photo is found.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { forkNodeProcess, type Fork } from '../engine/processes/child.ts';
import type { SearchedMethod } from '../engine/search/process.ts';
import { Search } from '../engine/search/search.ts';
import { openStore } from '../engine/store/store.ts';
import { cached } from './cache.ts';
import { median } from './measuring.ts';
import { atMost, type Row, type Table } from './report.ts';
import { eachBlock, type RowsFile } from './rows/made-rows.ts';
import { basename } from 'node:path';

const starts = 5;

/** @param newcomers rows that are like those of the file, and not among them */
export async function measureProcess(file: RowsFile, newcomers: RowsFile): Promise<Table> {
  const folder = await cached(`library-${basename(file.path, '.f32')}`, (path) => {
    fillLibrary(path, file);
  });
  const store = openStore(folder);
  const method: SearchedMethod = {
    id: store.writer.method('made', '1', file.dimensions),
    dimensions: file.dimensions,
    metric: 'cosine',
    similarFrom: { score: 1, similarity: 1 },
    finds: 'photos',
  };
  const { databasePath } = store;
  const size = store.reader.vectorCount(method.id);
  let pid = 0;
  const fork: Fork = (entry, args, on) => {
    const handle = forkNodeProcess(entry, args, on);
    pid = handle.pid ?? 0;
    return handle;
  };
  const search = new Search({ databasePath, fork });
  await ask(search, method, 1);
  await idle(pid);
  const memory = residentMegabytes(pid);
  const added: number[] = [];
  const asked: number[] = [];
  for (const [n, vector] of rowsOf(newcomers).entries()) {
    const [id = 0] = store.writer.addPhotos(method.id, [photo(1, size + n, vector)]);
    const from = performance.now();
    await search.changed([id], []);
    await ask(search, method, id);
    added.push(performance.now() - from);
    const again = performance.now();
    await ask(search, method, n + 1);
    asked.push(performance.now() - again);
    store.writer.removePhotos([id]);
    await search.changed([], [id]);
  }
  search.close();

  const ready: number[] = [];
  for (let start = 0; start < starts; start++) {
    const search = new Search({ databasePath });
    const from = performance.now();
    await ask(search, method, 1);
    ready.push(performance.now() - from);
    search.close();
  }
  store.close();
  const rows: Row[] = [
    {
      what: 'first answer after the start',
      value: median(ready),
      unit: 'ms',
      peer: null,
      goal: size === 100_000 ? atMost(400, median(ready), 'ms') : null,
    },
    {
      what: 'one more photo, until it is found',
      value: median(added),
      unit: 'ms',
      peer: { name: 'a query as such', value: median(asked) },
      goal: size === 100_000 ? atMost(50, median(added), 'ms') : null,
    },
  ];
  if (memory !== undefined)
    rows.push({
      what: 'memory of the process',
      value: memory,
      unit: 'MB',
      peer: { name: 'the rows alone', value: (size * file.dimensions * 4) / 1e6 },
      goal: size === 1_000_000 ? atMost(1250, memory, 'MB') : null,
    });
  return { title: `The search process with ${size.toLocaleString('en')} photos`, rows, notes: [] };
}

function rowsOf({ dimensions, ...file }: RowsFile): Float32Array[] {
  const all: Float32Array[] = [];
  eachBlock({ dimensions, ...file }, (rows, _start, count) => {
    for (let row = 0; row < count; row++)
      all.push(rows.slice(row * dimensions, (row + 1) * dimensions));
  });
  return all;
}

async function ask(search: Search, method: SearchedMethod, photoId: number): Promise<void> {
  const query = { of: { photo: photoId }, except: [] };
  const [found = []] = await search.ask('nearest', method, { queries: [query], k: 5, hidden: [] });
  if (found.length < 5) throw new Error('the search process found too little');
}

/** Waits until the process has nothing more to do: the sketch is complete then. */
async function idle(pid: number): Promise<void> {
  for (let before = -1, now = secondsOfWork(pid); now > before; now = secondsOfWork(pid)) {
    before = now;
    await setTimeout(3000);
  }
}

/** Whole seconds that a process has worked. */
function secondsOfWork(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'cputimes=', '-p', String(pid)], { encoding: 'utf8' }));
}

/** In 10⁶ bytes; undefined where it cannot be asked. */
export function residentMegabytes(pid: number): number | undefined {
  try {
    return (
      (Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024) /
      1e6
    );
  } catch {
    return undefined;
  }
}

export function fillLibrary(path: string, file: RowsFile): void {
  rmSync(path, { recursive: true, force: true });
  const store = openStore(path);
  const folder = store.writer.addFolder('/made');
  const method = store.writer.method('made', '1', file.dimensions);
  eachBlock(file, (rows, start, count) => {
    const photos = Array.from({ length: count }, (_, row) => {
      const vector = rows.slice(row * file.dimensions, (row + 1) * file.dimensions);
      return photo(folder, start + row, vector);
    });
    store.writer.addPhotos(method, photos);
  });
  store.close();
}

export function photo(
  folderId: number,
  index: number,
  vector: Float32Array,
): Parameters<ReturnType<typeof openStore>['writer']['addPhotos']>[1][number] {
  return {
    photoId: null,
    folderId,
    relativePath: `photo-${index}.jpg`,
    bytes: 1,
    modifiedAt: index,
    sha256: createHash('sha256').update(String(index)).digest('hex'),
    width: 4,
    height: 3,
    takenAt: null,
    vector,
    damage: null,
  };
}
