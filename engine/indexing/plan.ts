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

export function planFolder(
  folder: { id: number; path: string },
  walk: Walk,
  known: readonly KnownPhoto[],
  problems: readonly ProblemRow[],
): Plan {
  const photoAt = new Map(known.map((photo) => [photo.relativePath, photo]));
  const problemAt = new Map(problems.map((problem) => [problem.relativePath, problem]));
  const plan: Plan = { candidates: [], unchanged: 0, stillFailing: 0, missing: [], solved: [] };
  const present = new Set<string>();
  for (const file of walk.files) {
    present.add(file.relativePath);
    const photo = photoAt.get(file.relativePath);
    const problem = problemAt.get(file.relativePath);
    if (photo?.hasVector && isSameFile(photo, file)) plan.unchanged += 1;
    else if (!photo && problem && isSameFile(problem, file) && !worthAnotherTry.has(problem.code))
      plan.stillFailing += 1;
    else
      plan.candidates.push({
        ...file,
        folderId: folder.id,
        root: folder.path,
        known: photo ?? null,
      });
  }
  for (const { relativePath } of walk.problems) present.add(relativePath);
  const cannotTell = (path: string): boolean =>
    walk.unreadable.some((folderPath) => path.startsWith(`${folderPath}/`));
  for (const photo of known)
    if (!present.has(photo.relativePath) && !cannotTell(photo.relativePath))
      plan.missing.push(photo);
  for (const { relativePath } of problems)
    if (!present.has(relativePath) && !cannotTell(relativePath) && !photoAt.has(relativePath))
      plan.solved.push(relativePath);
  return plan;
}

function isSameFile(
  a: { bytes: number; modifiedAt: number },
  b: { bytes: number; modifiedAt: number },
): boolean {
  return a.bytes === b.bytes && a.modifiedAt === b.modifiedAt;
}
