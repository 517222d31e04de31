/**
 * `lookalike evaluate`: how well each method finds photos of the same label, where labels are known;
 * or, by marks of pairs, which method suits the photos.
 */
import type { Command } from 'commander';
import { parseK, parseSeed } from '../arguments.ts';
import { evaluationLines } from '../format-evaluation.ts';
import { suitsLines } from '../format-marks.ts';
import { csvLabels, parseLabels } from '../labels.ts';
import { libraryCommand, withLibrary, type CommonOptions } from '../session.ts';

interface Options extends CommonOptions {
  /** An absolute path of a CSV file, `folders` or `marks`. */
  labels: string;
  k: number;
  seed: number;
  leaveOneOut?: true;
  heldOut?: true;
  method?: string[];
}

const [folders, marks] = ['folders', 'marks'] as const;
/** Options that only one kind of labels has. */
const ofLabels = { k: '-k', leaveOneOut: '--leave-one-out' } as const;

export const evaluateCommand = libraryCommand(
  'evaluate',
  'measure how well each method finds photos of the same label',
)
  .option(
    '--labels <from>',
    'where labels come from: "folders" that photos lie in, your "marks", or a CSV file',
    parseLabels(folders, marks),
    folders,
  )
  .option('-k <number>', 'how many results are looked at', parseK, 5)
  .option('--seed <number>', 'draws other queries', parseSeed, 1)
  .option('--leave-one-out', 'every photo is a query among all others, instead of a fifth held out')
  .option(
    '--held-out',
    'with --labels marks: only by marks of photos that "train triplet --labels marks --hold-out" with the same seed left out',
  )
  .option('--method <id...>', 'only these methods, instead of all that can be used')
  .addHelpText(
    'after',
    `
A CSV file has one row for each photo, "path,label", with or without a header. Paths are absolute,
or as they are below a folder of the library. A fifth of the photos of each label are the queries,
and lookalikes are looked for among the others:
  P@k    share of the first k results that have the query's label
  mAP    mean average precision: the same over the whole ranking
  label  share of queries whose label is the commonest among their k nearest photos

With --labels marks it tells which method suits your photos, by the pairs that you marked:
  area     how likely an alike pair is more similar than one that is not alike; 0.5 is guessing
  ordered  of photos marked with others of both kinds: share of pairs of marks in the right order`,
  )
  .action((all: Options, command: Command) => {
    const { labels, k, seed, leaveOneOut, heldOut, method, ...options } = all;
    if (labels === marks) return suits(all, command);
    if (heldOut) command.error('error: --held-out belongs to --labels marks.', { exitCode: 2 });
    return withLibrary(options, async ({ library, terminal }) => {
      library.on('evaluating', ({ state, method: id, done, total }) => {
        if (state === 'running' && total > 0)
          terminal.progress({ label: `Evaluating ${id ?? ''}`, done, total, notes: [] });
      });
      const document = await library.request('evaluation.run', {
        labels: labels === folders ? { from: folders } : await csvLabels(labels),
        split: leaveOneOut ? 'leave-one-out' : 'held-out',
        k,
        seed,
        methods: method ?? null,
      });
      return { document, lines: (look) => evaluationLines(document, look) };
    });
  });

/** Which method suits the photos, by marks. */
function suits({ seed, heldOut, method, ...options }: Options, command: Command): Promise<void> {
  for (const [name, flag] of Object.entries(ofLabels))
    if (command.getOptionValueSource(name) === 'cli')
      command.error(`error: ${flag} does not go with --labels marks.`, { exitCode: 2 });
  return withLibrary(options, async ({ library }) => {
    const document = await library.request('suits.run', {
      methods: method ?? null,
      heldOut: heldOut ?? false,
      seed,
    });
    return { document, lines: (look) => suitsLines(document, look) };
  });
}
