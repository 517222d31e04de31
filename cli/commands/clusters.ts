/** `lookalike clusters`: which photos of the library belong together. */
import { Option } from 'commander';
import { parseEpsilon, parseMinPhotos } from '../arguments.ts';
import { clusterLines } from '../format.ts';
import { libraryCommand, withLibrary, type CommonOptions } from '../session.ts';

interface Options extends CommonOptions {
  epsilon: number | 'automatic';
  minPhotos: number;
}

export const clustersCommand = libraryCommand('clusters', 'find groups of photos that look alike')
  .addOption(
    new Option('--epsilon <auto|number>', 'largest cosine distance between neighbours, 0 to 2')
      .argParser(parseEpsilon)
      .default('automatic', 'auto'),
  )
  .option('--min-photos <number>', 'how many near photos make a group', parseMinPhotos, 3)
  .addHelpText('after', '\nWith --json all photos of every cluster are told, not only its cover.')
  .action(({ epsilon, minPhotos, ...options }: Options) =>
    withLibrary(options, async ({ library, terminal }) => {
      library.on('clustering', ({ state, done, total }) => {
        if (state === 'running')
          terminal.progress({ label: 'Finding clusters', done, total, notes: [] });
      });
      const document = await library.request('documents.clusters', { epsilon, minPhotos });
      return { document, lines: (look) => clusterLines(document, look) };
    }),
  );
