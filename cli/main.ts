/**
 * The terminal's front door: the commands, and what wrong usage leads to (exit code 2 and a sentence).
 * Each command has a file of its own in `commands/`; `serve` is a program of its own, because hosts
 * never import each other.
 */
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Command, type CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { challengeCommand } from './commands/challenge.ts';
import { clustersCommand } from './commands/clusters.ts';
import { describeCommand } from './commands/describe.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { exportCommand } from './commands/export.ts';
import { indexCommand } from './commands/index.ts';
import { infoCommand } from './commands/info.ts';
import { mapCommand } from './commands/map.ts';
import { markCommand } from './commands/mark.ts';
import { marksCommand } from './commands/marks.ts';
import { modelCommand } from './commands/model.ts';
import { problemsCommand } from './commands/problems.ts';
import { sideBySideCommand } from './commands/side-by-side.ts';
import { trainCommand } from './commands/train.ts';
import { similarCommand } from './commands/similar.ts';

endWithLauncher();

const program = new Command('lookalike')
  .description(packageJson.description)
  .version(packageJson.version)
  .addHelpText(
    'after',
    `
To begin with:
  lookalike index ~/Pictures
  lookalike similar ~/Pictures/cat.jpg

Exit codes: 0 done, 1 failed, 2 wrong usage. --help after any command tells the rest.`,
  );

for (const command of [
  indexCommand,
  similarCommand,
  describeCommand,
  sideBySideCommand,
  clustersCommand,
  mapCommand,
  markCommand,
  marksCommand,
  trainCommand,
  evaluateCommand,
  modelCommand,
  exportCommand,
  challengeCommand,
  problemsCommand,
  infoCommand,
])
  program.addCommand(command);
program.command('serve [folders...]', 'show the library in a browser on this machine', {
  executableFile: fileURLToPath(new URL('../web/main.ts', import.meta.url)),
});

for (const command of withAllInside(program)) {
  command.exitOverride(endProcess).showHelpAfterError('Add --help to see what is possible.');
}
await program.parseAsync();

/** A command, and the commands below it. */
function withAllInside(command: Command): Command[] {
  return [command, ...command.commands.flatMap((inner) => withAllInside(inner))];
}

/** Ends as `serve` ended; otherwise commander stopped because of --help (0) or wrong usage (2). */
function endProcess({ code, exitCode }: CommanderError): never {
  if (code === 'commander.executeSubCommandAsync') process.exit(exitCode);
  process.exit(exitCode === 0 ? 0 : 2);
}

/**
 * The programs of `build/` that start this one keep a channel to it. When it closes they were killed,
 * and this program ends as it does when it is asked to.
 */
function endWithLauncher(): void {
  const end = (): void => {
    // The listeners end the program (or the one behind `serve`); without any, nothing is under way.
    if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(128 + constants.signals.SIGTERM);
  };
  // Node leaves it undefined, whatever its type says, where there was no channel to begin with.
  if ((process.connected as boolean | undefined) === false) end();
  process.once('disconnect', end);
  // The channel alone must not keep a program running that has done its work.
  process.channel?.unref();
}
