/** `lookalike similar PHOTO`: the photos that look like one photo, in the library or not. */
import { Argument } from 'commander';
import { parseK, parsePath } from '../arguments.ts';
import { lookalikeLines } from '../format.ts';
import {
  libraryCommand,
  methodOption,
  withLibrary,
  type CommonOptions,
  type MethodOptions,
} from '../session.ts';

export const similarCommand = libraryCommand('similar', 'find the photos that look like a photo')
  .addArgument(new Argument('<photo>', 'any photo, in the library or not').argParser(parsePath))
  .option('-k <number>', 'how many', parseK, 5)
  .addOption(methodOption())
  .action((path: string, options: CommonOptions & MethodOptions & { k: number }) =>
    withLibrary(options, async ({ library }) => {
      const params = { query: { path }, k: options.k, method: options.method };
      const document = await library.request('documents.lookalikes', params);
      return { document, lines: (look) => lookalikeLines(document, look) };
    }),
  );
