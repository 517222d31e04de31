/** `lookalike mark A B`: says of two photos of the library that they are alike, or not. */
import { Argument, type Command } from 'commander';
import type { Query } from '../../engine/contract.ts';
import { parseQuery } from '../arguments.ts';
import { printable } from '../format.ts';
import { markedPhoto } from '../marked-photo.ts';
import { libraryCommand, withLibrary, type CommonOptions } from '../session.ts';

interface Options extends CommonOptions {
  alike?: true;
  notAlike?: true;
}

const photo = 'a photo of the library: its file, or its name';

export const markCommand = libraryCommand('mark', 'say of two photos that they are alike, or not')
  .addArgument(new Argument('<first>', photo).argParser(parseQuery))
  .addArgument(new Argument('<second>', photo).argParser(parseQuery))
  .option('--alike', 'they are alike')
  .option('--not-alike', 'they are not alike')
  .addHelpText(
    'after',
    `
A mark is of what the photos show: it holds for copies, and stays when they are moved. What was said
of the same two photos before is replaced; "lookalike marks" lists all and takes them back.`,
  )
  .action(
    (first: Query, second: Query, { alike, notAlike, ...options }: Options, command: Command) => {
      if (alike === notAlike)
        command.error('error: Say one of both: --alike, or --not-alike.', { exitCode: 2 });
      return withLibrary(options, async ({ library }) => {
        const [a, b] = [markedPhoto(first), markedPhoto(second)];
        const { photos } = await library.request('marks.set', { a, b, alike: alike === true });
        return {
          document: await library.request('documents.marks', {}),
          lines: () => [
            `${photos.map(({ path }) => printable(path)).join(' and ')} are marked as ${alike ? 'alike' : 'not alike'}.`,
          ],
        };
      });
    },
  );
