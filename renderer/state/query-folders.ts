/**
 * Folders that could hold the queries of an export: those with photos below them, and others beside
 * them to search.
 */
import type { Result } from '../../engine/contract.ts';
import { groupTitle } from '../words.ts';
import { splitPath } from './paths.ts';

/** A folder that could be the queries. */
export interface QueryFolder {
  path: string;
  /** As headings call it: "Pictures › queries". */
  name: string;
  /** How many photos are below it. */
  photos: number;
}

/** A folder of the library. */
export interface Root {
  path: string;
  name: string;
}

/**
 * The folders with photos below them, in the order of the list (each after its parent), without those
 * that hold every photo of the library, as none would be left to search.
 */
export function queryFolders(
  { ids, groups }: Pick<Result<'photos.list'>, 'ids' | 'groups'>,
  roots: readonly Root[],
): QueryFolder[] {
  const photos = new Map<string, number>();
  for (const [place, { title, start }] of groups.entries()) {
    const here = (groups[place + 1]?.start ?? ids.length) - start;
    for (const path of pathsTo(title, roots)) photos.set(path, (photos.get(path) ?? 0) + here);
  }
  return [...photos]
    .filter(([, below]) => below < ids.length)
    .map(([path, below]) => ({ path, name: groupTitle(path, roots), photos: below }));
}

/** The folders from one of the library down to `path`. */
function pathsTo(path: string, roots: readonly Root[]): string[] {
  const paths = [path];
  for (let at = path; !roots.some((root) => root.path === at);) {
    const { folder } = splitPath(at);
    // Of a folder that was removed meanwhile.
    if (folder === '' || folder === at) return [path];
    paths.unshift(folder);
    at = folder;
  }
  return paths;
}
