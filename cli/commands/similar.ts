/** `lookalike similar PHOTO`: the photos that look like one photo, in the library or not. */
import { Argument } from 'commander';
import { parseFace, parseK, parsePath } from '../arguments.ts';
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
  .option('--face <number>', 'with --method faces: which face, 1 is the largest', parseFace, 1)
  .action((path: string, options: CommonOptions & MethodOptions & { k: number; face: number }) =>
    withLibrary(options, async ({ library }) => {
      const { k, method } = options;
      const params = { query: { path }, k, method, face: options.face - 1 };
      const document = await library.request('documents.lookalikes', params);
      return { document, lines: (look) => lookalikeLines(document, look) };
    }),
  );
