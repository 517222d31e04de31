/** `lookalike challenge FOLDER --out FILE`: lookalikes of every photo of a folder, as competitions ask for them. */
import { Argument } from 'commander';
import type { ExportedDocument } from '../../engine/contract.ts';
import { parseK, parsePath } from '../arguments.ts';
import { fileSize, printable } from '../format.ts';
import {
  libraryCommand,
  methodOption,
  withLibrary,
  type CommonOptions,
  type MethodOptions,
} from '../session.ts';

interface Options extends CommonOptions, MethodOptions {
  group: string;
  out: string;
  k: number;
}

export const challengeCommand = libraryCommand(
  'challenge',
  'write the lookalikes of every photo of a folder in the format of retrieval challenges',
)
  .addArgument(
    new Argument('<folder>', 'the query photos: a folder that is indexed').argParser(parsePath),
  )
  .requiredOption('--group <name>', 'the name of your group')
  .requiredOption('--out <file>', 'the file to write; one that is there is replaced', parsePath)
  .option('-k <number>', 'how many for each query', parseK, 10)
  .addOption(methodOption())
  .addHelpText(
    'after',
    '\nThe queries are searched among all other photos of the library. Names are as below the folders.',
  )
  .action((folder: string, { group, out, k, method, ...options }: Options) =>
    withLibrary(options, async ({ library }) => {
      const written = await library.request('export.write', {
        document: { kind: 'challenge', group, queries: folder, k, method },
        path: out,
      });
      const document: ExportedDocument = { schema: 'lookalike/exported@1', ...written };
      return {
        document,
        lines: () => [`Wrote ${fileSize(written.bytes)} to ${printable(written.path)}`],
      };
    }),
  );
