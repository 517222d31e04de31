/** Answers requests about photos, and about files that could not be read. */
import { type GridRow } from '../store/reader.ts';
import { nameOf, type Context, type Handlers } from './context.ts';
import { type ClusterRuns } from './cluster-runs.ts';

export function photoRequests(
  context: Context,
  runs: ClusterRuns,
): Handlers<'photos.list' | 'photos.get' | 'photos.refs' | 'problems.list'> {
  const { reader } = context.parts.store;
  return {
    'photos.list': ({ folder, order }) => {
      const rows = reader.grid(folder);
      const folderPath = (row: GridRow): string => context.pathOf({ ...row, relativePath: '' });
      const title =
        order === 'newest'
          ? (row: GridRow): string => new Date(row.time).toISOString().slice(0, 7)
          : (row: GridRow): string => context.pathOf({ ...row, relativePath: parentOf(row) });
      rows.sort(
        order === 'newest'
          ? (a, b) => b.time - a.time || b.id - a.id
          : (a, b) =>
              compare(folderPath(a), folderPath(b)) ||
              compare(parentOf(a), parentOf(b)) ||
              compare(a.relativePath, b.relativePath),
      );
      const groups: { title: string; start: number }[] = [];
      for (const [start, row] of rows.entries()) {
        const heading = title(row);
        if (groups.at(-1)?.title !== heading) groups.push({ title: heading, start });
      }
      return { ids: rows.map(({ id }) => id), ratios: rows.map(({ ratio }) => ratio), groups };
    },

    'photos.get': ({ id }) => {
      const photo = context.photo(id);
      const folder = context.folderOf(photo);
      const problem = reader.problemAt(photo.folderId, photo.relativePath);
      const cluster = runs.clusterOf(id);
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

function parentOf({ relativePath }: GridRow): string {
  return relativePath.slice(0, Math.max(0, relativePath.lastIndexOf('/')));
}

const collator = new Intl.Collator(undefined, { numeric: true });
const compare = (a: string, b: string): number => collator.compare(a, b);
