/** `lookalike info`: what the library holds, and what it works with. */
import { infoLines } from '../format.ts';
import { libraryCommand, withLibrary, type CommonOptions } from '../session.ts';

export const infoCommand = libraryCommand(
  'info',
  'tell what the library holds and works with',
).action((options: CommonOptions) =>
  withLibrary(options, async ({ library }) => {
    const document = await library.request('documents.info', {});
    return { document, lines: (look) => infoLines(document, look) };
  }),
);
