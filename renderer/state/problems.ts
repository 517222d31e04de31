/**
 * The list of problems as lines to show: a heading for every reason, beneath it the files. Reasons
 * with most files come first.
 */
import type { Result } from '../../engine/contract.ts';
import type { ErrorCode } from '../../engine/errors.ts';

export type Problem = Result<'problems.list'>[number];

export type ProblemLine =
  | { kind: 'reason'; code: ErrorCode; count: number }
  | { kind: 'file'; problem: Problem; folder: string; name: string };

export function problemLines(problems: readonly Problem[]): ProblemLine[] {
  const byCode = Map.groupBy(problems, (problem) => problem.code);
  const reasons = [...byCode].sort(
    ([a, some], [b, others]) => others.length - some.length || a.localeCompare(b),
  );
  return reasons.flatMap(([code, some]): ProblemLine[] => [
    { kind: 'reason', code, count: some.length },
    ...some.map((problem): ProblemLine => {
      const cut = lastSeparator(problem.path);
      return {
        kind: 'file',
        problem,
        folder: problem.path.slice(0, Math.max(0, cut)),
        name: problem.path.slice(cut + 1),
      };
    }),
  ]);
}

/** Only paths of Windows are also separated by `\`; elsewhere it may be a letter of a name. */
function lastSeparator(path: string): number {
  const windows = /^([A-Za-z]:|\\\\)/.test(path);
  return Math.max(path.lastIndexOf('/'), windows ? path.lastIndexOf('\\') : -1);
}
