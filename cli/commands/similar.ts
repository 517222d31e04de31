/** `lookalike similar PHOTO`: the photos that look like one photo, in the library or not. */
import { Argument } from 'commander';
import type { Query } from '../../engine/contract.ts';
import { parseFace, parseK, parseQuery, parseWithin } from '../arguments.ts';
import { lookalikeLines } from '../format.ts';
import {
  libraryCommand,
  methodOption,
  withLibrary,
  type CommonOptions,
  type MethodOptions,
} from '../session.ts';

interface Options extends CommonOptions, MethodOptions {
  k?: number;
  within?: number;
  /** From 1. */
  face: number;
}

const usualK = 5;
/** As many as there are. */
const all = Number.MAX_SAFE_INTEGER;

export const similarCommand = libraryCommand('similar', 'find the photos that look like a photo')
  .addArgument(
    new Argument(
      '<photo>',
      'any photo: a file, the name of one in the library, or an http(s) address, which is fetched',
    ).argParser(parseQuery),
  )
  .option('-k <number>', `how many (default: ${usualK}; with --within all)`, parseK)
  .option('--within <distance>', 'only those at a distance of at most that, 0 to 2', parseWithin)
  .addOption(methodOption())
  .option('--face <number>', 'with --method faces: which face, 1 is the largest', parseFace, 1)
  .action((query: Query, { k, within, face, method, ...options }: Options) =>
    withLibrary(options, async ({ library }) => {
      const most = k ?? (within === undefined ? usualK : all);
      const params = { query, k: most, within, method, face: face - 1 };
      const document = await library.request('documents.lookalikes', params);
      return { document, lines: (look) => lookalikeLines(document, look) };
    }),
  );
