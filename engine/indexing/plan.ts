/**
 * Compares a folder as it is on disk with what the library knows of it: what is unchanged, what has
 * to be looked at, what is gone. Pure; nothing is read or written here.
 */
import type { ErrorCode } from '../errors.ts';
import type { FoundFile, Walk } from '../photos/walk.ts';
import type { KnownPhoto, ProblemRow } from '../store/reader.ts';

/** A file that has to be looked at. */
export interface Candidate extends FoundFile {
  folderId: number;
  /** The folder's absolute path. */
  root: string;
  /** The photo that stood here before, if there was one. */
  known: KnownPhoto | null;
}

export interface Plan {
  candidates: Candidate[];
  unchanged: number;
  /** Files that could not be read before and have not changed since. */
  stillFailing: number;
  /** Known photos whose files are not there any more. */
  missing: KnownPhoto[];
  /** Paths whose problems are of the past. */
  solved: string[];
}

/** Problems that may go away although the file stays as it is. */
const worthAnotherTry: ReadonlySet<ErrorCode> = new Set(['photo-access', 'photo-no-vector']);

/**
 * @param known what the library knows of the folder's photos, in any order, some at a time: of a large
 *   folder all at once would take more memory than everything else here
 */
export async function planFolder(
  folder: { id: number; path: string },
  walk: Walk,
  known: AsyncIterable<readonly KnownPhoto[]>,
  problems: readonly ProblemRow[],
): Promise<Plan> {
  const plan: Plan = { candidates: [], unchanged: 0, stillFailing: 0, missing: [], solved: [] };
  const addCandidate = (file: FoundFile, photo: KnownPhoto | null): void => {
    plan.candidates.push({ ...file, folderId: folder.id, root: folder.path, known: photo });
  };
  /** Those that no known photo was found for so far. */
  const files = new Map(walk.files.map((file) => [file.relativePath, file]));
  const unseen = new Set(walk.problems.map(({ relativePath }) => relativePath));
  const isGone = (path: string): boolean =>
    !files.has(path) &&
    !unseen.has(path) &&
    !walk.unreadable.some((folderPath) => path.startsWith(`${folderPath}/`));
  const solved = new Set(
    problems.map(({ relativePath }) => relativePath).filter((path) => isGone(path)),
  );
  for await (const photos of known)
    for (const photo of photos) {
      const { relativePath } = photo;
      solved.delete(relativePath);
      const file = files.get(relativePath);
      if (!file) {
        if (isGone(relativePath)) plan.missing.push(photo);
        continue;
      }
      files.delete(relativePath);
      if (photo.hasVector && isSameFile(photo, file)) plan.unchanged += 1;
      else addCandidate(file, photo);
    }
  plan.solved = [...solved];
  const problemAt = new Map(problems.map((problem) => [problem.relativePath, problem]));
  for (const file of files.values()) {
    const problem = problemAt.get(file.relativePath);
    if (problem && isSameFile(problem, file) && !worthAnotherTry.has(problem.code))
      plan.stillFailing += 1;
    else addCandidate(file, null);
  }
  return plan;
}

function isSameFile(
  a: { bytes: number; modifiedAt: number },
  b: { bytes: number; modifiedAt: number },
): boolean {
  return a.bytes === b.bytes && a.modifiedAt === b.modifiedAt;
}
