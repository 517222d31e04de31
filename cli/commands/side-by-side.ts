/** `lookalike side-by-side PHOTO`: what every method finds for one photo. */
import { Argument } from 'commander';
import type { Query } from '../../engine/contract.ts';
import { parseK, parseQuery } from '../arguments.ts';
import { sideBySideLines } from '../format.ts';
import { libraryCommand, withLibrary, type CommonOptions } from '../session.ts';

export const sideBySideCommand = libraryCommand(
  'side-by-side',
  'find the photos that look like a photo with every method',
)
  .addArgument(
    new Argument(
      '<photo>',
      'any photo: a file, the name of one in the library, or an http(s) address, which is fetched',
    ).argParser(parseQuery),
  )
  .option('-k <number>', 'how many from each method', parseK, 5)
  .option('--method <id...>', 'only these methods, instead of all that can be used')
  .action((query: Query, options: CommonOptions & { k: number; method?: string[] }) =>
    withLibrary(options, async ({ library }) => {
      const document = await library.request('documents.sideBySide', {
        query,
        k: options.k,
        methods: options.method ?? null,
      });
      return { document, lines: (look) => sideBySideLines(document, look) };
    }),
  );
