/** `lookalike problems`: the files that could not be read, and why. */
import { problemLines } from '../format.ts';
import { libraryCommand, withLibrary, type CommonOptions } from '../session.ts';

export const problemsCommand = libraryCommand(
  'problems',
  'list what could not be read, and why',
).action((options: CommonOptions) =>
  withLibrary(options, async ({ library }) => {
    const document = await library.request('documents.problems', {});
    return { document, lines: (look) => problemLines(document, look) };
  }),
);
