/** `lookalike describe`: the photos that have some attributes, and lack others. */
import type { WantedAttribute } from '../../engine/contract.ts';
import { parseK, parseWantedAttribute } from '../arguments.ts';
import { descriptionLines } from '../format-attributes.ts';
import { libraryCommand, withLibrary, type CommonOptions } from '../session.ts';

interface Options extends CommonOptions {
  attribute: WantedAttribute[];
  k: number;
}

export const describeCommand = libraryCommand('describe', 'find photos by their attributes')
  .requiredOption(
    '--attribute <name=wanted>',
    'an attribute and how much of it is wanted: 1 has it, 0 does not; once for each attribute that counts',
    parseWantedAttribute,
  )
  .option('-k <number>', 'how many photos', parseK, 20)
  .addHelpText(
    'after',
    `
Attributes are learnt first: "lookalike train attributes --labels FILE".

  lookalike describe --attribute smiling=1 --attribute hat=0 -k 10`,
  )
  .action(({ attribute: wanted, k, ...options }: Options) =>
    withLibrary(options, async ({ library }) => {
      const document = await library.request('documents.description', { wanted, k });
      return { document, lines: (look) => descriptionLines(document, look) };
    }),
  );
