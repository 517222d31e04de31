/** Commands with several algorithms: each has options of its own. */
import type { Command } from 'commander';

/**
 * An option of another algorithm would have no effect: that is hardly meant. Ends with 2.
 * @param optionsOf the names of the options that only one algorithm has, by algorithm
 */
export function refuseForeignOptions(
  command: Command,
  optionsOf: Readonly<Record<string, readonly string[]>>,
  algorithm: string,
): void {
  for (const [other, names] of Object.entries(optionsOf)) {
    if (other === algorithm) continue;
    for (const name of names) {
      if (command.getOptionValueSource(name) !== 'cli') continue;
      const option = command.options.find((one) => one.attributeName() === name);
      const flag = option?.long ?? option?.short ?? name;
      command.error(`error: ${flag} belongs to --algorithm ${other}, not to ${algorithm}.`);
    }
  }
}
