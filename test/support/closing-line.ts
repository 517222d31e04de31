/**
 * The last line of a test run, for people and for CI: `N passed, N failed`, and what was skipped,
 * with the reasons. Whatever went wrong outside of a test (a file that does not load, a hook that
 * fails, an error nobody caught) counts as failed, so that "0 failed" means that all is well.
 */
import type { Reporter, TestModule, TestSuite } from 'vitest/node';

/** What a run came to. */
export interface Outcome {
  passed: number;
  failed: number;
  /** One line per skipped test: its name and the reason. */
  skipped: string[];
}

/**
 * Counts the tests of a run.
 * @param modules every file that was to run
 * @param unhandled how many errors nobody caught
 */
export function countOutcome(modules: readonly TestModule[], unhandled: number): Outcome {
  const outcome: Outcome = { passed: 0, failed: unhandled, skipped: [] };
  for (const module of modules) {
    outcome.failed += brokenGroups(module);
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === 'passed') outcome.passed += 1;
      else if (result.state === 'skipped')
        outcome.skipped.push(
          `${module.relativeModuleId} > ${test.fullName}: ${result.note ?? 'no reason given'}`,
        );
      // Failed, or still waiting when the run was broken off.
      else outcome.failed += 1;
    }
  }
  // A run without tests has shown nothing.
  if (outcome.passed + outcome.failed + outcome.skipped.length === 0) outcome.failed = 1;
  return outcome;
}

/** How many groups (the file itself, `describe` blocks) failed outside of their tests. */
function brokenGroups(module: TestModule): number {
  const groups: (TestModule | TestSuite)[] = [module, ...module.children.allSuites()];
  return groups.filter((group) => group.errors().length > 0).length;
}

/** The closing line of an outcome. */
export function closingLine({ passed, failed, skipped }: Outcome): string {
  const line = `${passed} passed, ${failed} failed`;
  return skipped.length === 0 ? line : `${line}, ${skipped.length} skipped`;
}

/** The reporter: prints when the process ends, after everything else. */
export default class ClosingLine implements Reporter {
  private outcome: Outcome | undefined;

  onInit(): void {
    process.once('exit', () => {
      if (this.outcome === undefined) return;
      const { skipped } = this.outcome;
      if (skipped.length > 0) console.log(`SKIPPED:\n${skipped.map((l) => `  ${l}`).join('\n')}`);
      console.log(closingLine(this.outcome));
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    this.outcome = countOutcome(modules, unhandled.length);
  }
}
