/** Answers requests about photos, and about files that could not be read. */
import { join } from 'node:path';
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
    'photos.list': async ({ folder, order }) => {
      const breathe = slices();
      const rows = await readGrid(context, folder, breathe);
      const titled =
        order === 'newest' ? await byTime(rows, breathe) : await byFolder(context, rows, breathe);
      const sorted = await sortInSlices(titled, order === 'newest' ? newer : inFolder, breathe);
      const groups: { title: string; start: number }[] = [];
      for (const [start, { title }] of sorted.entries())
        if (groups.at(-1)?.title !== title) groups.push({ title, start });
      return { ids: sorted.map(({ id }) => id), ratios: sorted.map(({ ratio }) => ratio), groups };
    },

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

/** A line of the grid with its heading, and where that stands among the headings. */
interface TitledRow extends GridRow {
  title: string;
  rank: number;
}

/** Rows read at once. */
const gridPage = 1000;

/** The photos of a folder or of all folders, in no order that matters. */
async function readGrid(
  context: Context,
  folder: number | null,
  breathe: Breathe,
): Promise<GridRow[]> {
  const rows: GridRow[] = [];
  for (const id of folder === null ? [...context.folders().keys()] : [folder])
    for (let last: string | undefined = ''; last !== undefined;) {
      const page = context.parts.store.reader.grid(id, last, gridPage);
      for (const row of page) rows.push(row);
      last = page.at(-1)?.relativePath;
      await breathe();
    }
  return rows;
}

/** Headed by month, such as "2026-08". */
async function byTime(rows: readonly GridRow[], breathe: Breathe): Promise<TitledRow[]> {
  const titled: TitledRow[] = [];
  for (const row of rows) {
    const date = new Date(row.time);
    const month = date.getUTCMonth() + 1;
    const title = `${date.getUTCFullYear()}-${month < 10 ? '0' : ''}${month}`;
    titled.push({ ...row, title, rank: 0 });
    await breathe();
  }
  return titled;
}

/** Headed by the path of the folder they are in. Comparing paths takes long, so each is placed once. */
async function byFolder(
  context: Context,
  rows: readonly GridRow[],
  breathe: Breathe,
): Promise<TitledRow[]> {
  const titles = new Map<string, { path: string; parent: string; title: string; rank: number }>();
  const keyed: { row: GridRow; key: string }[] = [];
  for (const row of rows) {
    // A folder may have been removed while its photos were read.
    const path = context.folders().get(row.folderId)?.path;
    if (path === undefined) continue;
    const parent = parentOf(row);
    const key = `${row.folderId}/${parent}`;
    keyed.push({ row, key });
    if (!titles.has(key)) titles.set(key, { path, parent, title: join(path, parent), rank: 0 });
  }
  await breathe();
  const ordered = await sortInSlices(
    [...titles.values()],
    (a, b) => compare(a.path, b.path) || compare(a.parent, b.parent),
    breathe,
  );
  for (const [rank, title] of ordered.entries()) title.rank = rank;
  return keyed.map(({ row, key }) => {
    const { title = '', rank = 0 } = titles.get(key) ?? {};
    return { ...row, title, rank };
  });
}

function newer(a: TitledRow, b: TitledRow): number {
  return b.time - a.time || b.id - a.id;
}

function inFolder(a: TitledRow, b: TitledRow): number {
  return a.rank - b.rank || compare(a.relativePath, b.relativePath);
}

function parentOf({ relativePath }: GridRow): string {
  return relativePath.slice(0, Math.max(0, relativePath.lastIndexOf('/')));
}

const collator = new Intl.Collator(undefined, { numeric: true });
const compare = (a: string, b: string): number => collator.compare(a, b);
