/** `lookalike similar PHOTO`: the photos that look like one photo, in the library or not. */
import { Argument } from 'commander';
import { parseK, parsePath } from '../arguments.ts';
import { lookalikeLines } from '../format.ts';
import { libraryCommand, withLibrary, type CommonOptions } from '../session.ts';

export const similarCommand = libraryCommand('similar', 'find the photos that look like a photo')
  .addArgument(new Argument('<photo>', 'any photo, in the library or not').argParser(parsePath))
  .option('-k <number>', 'how many', parseK, 5)
  .action((path: string, options: CommonOptions & { k: number }) =>
    withLibrary(options, async ({ library }) => {
      const params = { query: { path }, k: options.k };
      const document = await library.request('documents.lookalikes', params);
      return { document, lines: (look) => lookalikeLines(document, look) };
    }),
  );
