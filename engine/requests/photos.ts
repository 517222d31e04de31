/** Answers requests about photos, and about files that could not be read. */
import { join } from 'node:path';
import type { Result } from '../contract.ts';
import type { TimedPhoto } from '../store/list-reader.ts';
import type { GridRow } from '../store/reader.ts';
import { nameOf, type Context, type Handlers } from './context.ts';
import type { Methods } from './methods.ts';
import { slices, sortInSlices, type Breathe } from './slices.ts';

export function photoRequests(
  context: Context,
  methods: Methods,
): Handlers<'photos.list' | 'photos.get' | 'photos.refs' | 'problems.list'> {
  const { reader } = context.parts.store;
  return {
    'photos.list': ({ folder, order }) =>
      order === 'newest' ? listByTime(context, folder) : listByFolder(context, folder),

    'photos.get': ({ id, method }) => {
      const photo = context.photo(id);
      const folder = context.folderOf(photo);
      const problem = reader.problemAt(photo.folderId, photo.relativePath);
      const cluster = methods.get(method).runs.clusterOf(id);
      return {
        ...context.refOf(photo),
        folder: { id: folder.id, name: nameOf(folder.path), path: folder.path },
        where: photo.relativePath.split('/').slice(0, -1),
        bytes: photo.bytes,
        takenAt: photo.takenAt,
        modifiedAt: photo.modifiedAt,
        cluster,
        copies: context.copiesOf(photo).map((copy) => context.refOf(copy)),
        problem: problem ? { code: problem.code, message: problem.message } : null,
      };
    },

    'photos.refs': ({ ids }) => context.refs(ids),

    'problems.list': () =>
      reader.problems().map((problem) => ({
        path: context.pathOf(problem),
        folder: problem.folderId,
        code: problem.code,
        message: problem.message,
        photo: reader.photoAt(problem.folderId, problem.relativePath)?.id ?? null,
      })),
  };
}

type List = Result<'photos.list'>;

/** Rows read at once. */
const page = 1000;

/** From the newest on, headed by month, such as "2026-08". */
async function listByTime(context: Context, folder: number | null): Promise<List> {
  const { lists } = context.parts.store.reader;
  const list: List = { ids: [], ratios: [], groups: [] };
  const breathe = slices();
  let monthBegins = Infinity;
  for (let last: TimedPhoto | undefined | null = null; last !== undefined;) {
    const photos: TimedPhoto[] = lists.newest(folder, last, page);
    for (const { id, ratio, time } of photos) {
      if (time < monthBegins) {
        const date = new Date(time);
        const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
        monthBegins = Date.UTC(year, month);
        const title = `${year}-${String(month + 1).padStart(2, '0')}`;
        list.groups.push({ title, start: list.ids.length });
      }
      list.ids.push(id);
      list.ratios.push(ratio);
    }
    last = photos.at(-1);
    await breathe();
  }
  return list;
}

/** A line of the grid, and where its heading stands among the headings. */
interface RankedRow {
  row: GridRow;
  rank: number;
}

/** By the paths of the folders that photos are in, headed by these. */
async function listByFolder(context: Context, folder: number | null): Promise<List> {
  const breathe = slices();
  const rows = await readGrid(context, folder, breathe);
  const { ranked, titles } = await rankFolders(context, rows, breathe);
  const sorted = await sortInSlices(ranked, inFolder, breathe);
  const list: List = { ids: [], ratios: [], groups: [] };
  let lastRank = -1;
  for (const { row, rank } of sorted) {
    if (rank !== lastRank) list.groups.push({ title: titles[rank] ?? '', start: list.ids.length });
    lastRank = rank;
    list.ids.push(row.id);
    list.ratios.push(row.ratio);
  }
  return list;
}

/** The photos of a folder or of all folders, in no order that matters. */
async function readGrid(
  context: Context,
  folder: number | null,
  breathe: Breathe,
): Promise<GridRow[]> {
  const rows: GridRow[] = [];
  for (const id of folder === null ? [...context.folders().keys()] : [folder])
    for (let last: string | undefined = ''; last !== undefined;) {
      const some = context.parts.store.reader.grid(id, last, page);
      for (const row of some) rows.push(row);
      last = some.at(-1)?.relativePath;
      await breathe();
    }
  return rows;
}

/** Comparing paths takes long, so each folder is placed once. `titles` are by rank. */
async function rankFolders(
  context: Context,
  rows: readonly GridRow[],
  breathe: Breathe,
): Promise<{ ranked: RankedRow[]; titles: string[] }> {
  const places = new Map<string, { path: string; parent: string; rows: GridRow[] }>();
  for (const row of rows) {
    // A folder may have been removed while its photos were read.
    const path = context.folders().get(row.folderId)?.path;
    if (path === undefined) continue;
    const parent = parentOf(row);
    const key = `${row.folderId}/${parent}`;
    const known = places.get(key);
    if (known) known.rows.push(row);
    else places.set(key, { path, parent, rows: [row] });
  }
  await breathe();
  const ordered = await sortInSlices(
    [...places.values()],
    (a, b) => compare(a.path, b.path) || compare(a.parent, b.parent),
    breathe,
  );
  return {
    ranked: ordered.flatMap(({ rows }, rank) => rows.map((row) => ({ row, rank }))),
    titles: ordered.map(({ path, parent }) => join(path, parent)),
  };
}

function inFolder(a: RankedRow, b: RankedRow): number {
  return a.rank - b.rank || compare(a.row.relativePath, b.row.relativePath);
}

function parentOf({ relativePath }: GridRow): string {
  return relativePath.slice(0, Math.max(0, relativePath.lastIndexOf('/')));
}

const collator = new Intl.Collator(undefined, { numeric: true });
const compare = (a: string, b: string): number => collator.compare(a, b);
