/**
 * The list of problems as lines to show: a heading for every reason, beneath it the files. Reasons
 * with most files come first.
 */
import type { Result } from '../../engine/contract.ts';
import type { ErrorCode } from '../../engine/errors.ts';
import { splitPath } from './paths.ts';

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
    ...some.map((problem): ProblemLine => ({ kind: 'file', problem, ...splitPath(problem.path) })),
  ]);
}
