/** `lookalike export --out FILE`: the whole library as one JSON file. */
import type { ExportedDocument } from '../../engine/contract.ts';
import { parsePath } from '../arguments.ts';
import { fileSize, printable } from '../format.ts';
import {
  libraryCommand,
  methodOption,
  withLibrary,
  type CommonOptions,
  type MethodOptions,
} from '../session.ts';

export const exportCommand = libraryCommand(
  'export',
  'write every photo with its lookalikes, and the clusters, to a JSON file',
)
  .requiredOption('--out <file>', 'the file to write; one that is there is replaced', parsePath)
  .addOption(methodOption())
  .addHelpText('after', '\nWith --json, stdout says where the file was written.')
  .action(({ out, method, ...options }: CommonOptions & MethodOptions & { out: string }) =>
    withLibrary(options, async ({ library }) => {
      const params = { document: { kind: 'library', method }, path: out } as const;
      const written = await library.request('export.write', params);
      const document: ExportedDocument = { schema: 'lookalike/exported@1', ...written };
      return {
        document,
        lines: () => [`Wrote ${fileSize(written.bytes)} to ${printable(written.path)}`],
      };
    }),
  );
