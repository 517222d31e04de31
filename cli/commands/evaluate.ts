/** `lookalike evaluate`: how well each method finds photos of the same label, where labels are known. */
import { parseK, parseSeed } from '../arguments.ts';
import { evaluationLines } from '../format-evaluation.ts';
import { csvLabels, parseLabels } from '../labels.ts';
import { libraryCommand, withLibrary, type CommonOptions } from '../session.ts';

interface Options extends CommonOptions {
  /** An absolute path of a CSV file, or `folders`. */
  labels: string;
  k: number;
  seed: number;
  leaveOneOut?: true;
  method?: string[];
}

const folders = 'folders';

export const evaluateCommand = libraryCommand(
  'evaluate',
  'measure how well each method finds photos of the same label',
)
  .option(
    '--labels <folders|file.csv>',
    'where labels come from: the folder that a photo lies in, or a CSV file',
    parseLabels(folders),
    folders,
  )
  .option('-k <number>', 'how many results are looked at', parseK, 5)
  .option('--seed <number>', 'draws other queries', parseSeed, 1)
  .option('--leave-one-out', 'every photo is a query among all others, instead of a fifth held out')
  .option('--method <id...>', 'only these methods, instead of all that can be used')
  .addHelpText(
    'after',
    `
A CSV file has one row for each photo, "path,label", with or without a header. Paths are absolute,
or as they are below a folder of the library. A fifth of the photos of each label are the queries,
and lookalikes are looked for among the others:
  P@k    share of the first k results that have the query's label
  mAP    mean average precision: the same over the whole ranking
  label  share of queries whose label is the commonest among their k nearest photos`,
  )
  .action(({ labels, k, seed, leaveOneOut, method, ...options }: Options) =>
    withLibrary(options, async ({ library, terminal }) => {
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
    }),
  );
