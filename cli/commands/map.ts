/** `lookalike map`: a place in the plane for every photo, and how far it can be trusted. */
import { Option, type Command } from 'commander';
import {
  usualMapSeed,
  usualNeighbours,
  usualPerplexity,
  type Params,
} from '../../engine/contract.ts';
import { parseNeighbours, parsePerplexity, parseSeed } from '../arguments.ts';
import { refuseForeignOptions } from '../foreign-options.ts';
import { mapLines } from '../format.ts';
import {
  libraryCommand,
  methodOption,
  withLibrary,
  type CommonOptions,
  type MethodOptions,
} from '../session.ts';

interface Options extends CommonOptions, MethodOptions {
  algorithm: Params<'documents.map'>['algorithm'];
  perplexity: number;
  neighbours: number;
  seed: number;
}

/** The options that only one algorithm has. */
const optionsOf = { 't-sne': ['perplexity'], umap: ['neighbours'] };

export const mapCommand = libraryCommand(
  'map',
  'lay photos out so that those that look alike are near each other',
)
  .addOption(
    new Option('--algorithm <name>', 'how').choices(Object.keys(optionsOf)).default('t-sne'),
  )
  .option(
    '--perplexity <number>',
    't-SNE: how many neighbours of a photo count, roughly',
    parsePerplexity,
    usualPerplexity,
  )
  .option(
    '--neighbours <number>',
    'UMAP: how many photos are the surroundings of one, with itself',
    parseNeighbours,
    usualNeighbours,
  )
  .option('--seed <number>', 'another seed gives another map', parseSeed, usualMapSeed)
  .addOption(methodOption())
  .addHelpText(
    'after',
    '\nWith --json, the place of every photo and the number of its cluster are told.\nA map is made once and kept; it is made anew after photos came or went.',
  )
  .action((options: Options, command: Command) => {
    refuseForeignOptions(command, optionsOf, options.algorithm);
    return withLibrary(options, async ({ library, terminal }) => {
      library.on('mapping', ({ state, done, total }) => {
        if (state === 'running' && total > 0)
          terminal.progress({
            label: 'Making the map',
            done: Math.round((100 * done) / total),
            total: 100,
            notes: [],
          });
      });
      const document = await library.request('documents.map', paramsOf(options));
      return { document, lines: (look) => mapLines(document, look) };
    });
  });

function paramsOf(options: Options): Params<'documents.map'> {
  const { algorithm, perplexity, neighbours, seed, method } = options;
  return algorithm === 't-sne'
    ? { algorithm, perplexity, seed, method }
    : { algorithm, neighbours, seed, method };
}
