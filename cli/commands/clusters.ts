/** `lookalike clusters`: which photos of the library belong together. */
import { Option, type Command } from 'commander';
import type { ClusterSettings } from '../../engine/contract.ts';
import { parseClusterCount, parseEpsilon, parseMinPhotos } from '../arguments.ts';
import { refuseForeignOptions } from '../foreign-options.ts';
import { clustersByMethodLines } from '../format-clusters-by-method.ts';
import { clusterLines } from '../format-clusters.ts';
import {
  libraryCommand,
  methodOption,
  withLibrary,
  type CommonOptions,
  type MethodOptions,
} from '../session.ts';

interface Options extends CommonOptions, MethodOptions {
  algorithm: ClusterSettings['algorithm'];
  epsilon: number | 'automatic';
  minPhotos: number;
  k: number | 'automatic';
  allMethods?: true;
}

/** The options that only one algorithm has. */
const optionsOf = { dbscan: ['epsilon', 'minPhotos'], 'k-means': ['k'] } as const;

export const clustersCommand = libraryCommand('clusters', 'find groups of photos that look alike')
  .addOption(
    new Option('--algorithm <name>', 'DBSCAN leaves photos out that are like no others')
      .choices(Object.keys(optionsOf))
      .default('dbscan'),
  )
  .addOption(
    new Option('--epsilon <auto|number>', 'DBSCAN: largest distance between neighbours, 0 to 2')
      .argParser(parseEpsilon)
      .default('automatic', 'auto'),
  )
  .option('--min-photos <number>', 'DBSCAN: how many near photos make a group', parseMinPhotos, 3)
  .option('-k <auto|number>', 'k-means: how many groups', parseClusterCount, 4)
  .addOption(methodOption())
  .addOption(
    new Option(
      '--all-methods',
      'how many clusters DBSCAN finds with each method that has looked at the photos',
    ).conflicts(['algorithm', 'epsilon', 'minPhotos', 'k', 'method']),
  )
  .addHelpText('after', '\nWith --json all photos of every cluster are told, not only its cover.')
  .action((options: Options, command: Command) => {
    refuseForeignOptions(command, optionsOf, options.algorithm);
    return withLibrary(options, async ({ library, terminal }) => {
      const { methods } = await library.request('library.get', {});
      library.on('clustering', ({ method, state, done, total }) => {
        const name = methods.find(({ id }) => id === method)?.name ?? method;
        const label = options.allMethods ? `Finding clusters with ${name}` : 'Finding clusters';
        if (state === 'running') terminal.progress({ label, done, total, notes: [] });
      });
      if (options.allMethods) {
        const document = await library.request('documents.clustersByMethod', { find: true });
        return { document, lines: (look) => clustersByMethodLines(document, look) };
      }
      const document = await library.request('documents.clusters', settingsOf(options));
      return { document, lines: (look) => clusterLines(document, look) };
    });
  });

function settingsOf({ algorithm, epsilon, minPhotos, k, method }: Options): ClusterSettings {
  return algorithm === 'dbscan'
    ? { algorithm, epsilon, minPhotos, method }
    : { algorithm, k, method };
}
