/** `lookalike train METHOD`: lets a method learn from the photos of the library. */
import { Option } from 'commander';
import {
  usualDimensions,
  usualEpochs,
  usualLastLayers,
  type AttributesGiven,
  type Params,
} from '../../engine/contract.ts';
import { parseDimensions, parseEpochs, parseLayers, parseSeed } from '../arguments.ts';
import { attributeLines } from '../format-attributes.ts';
import { trainingLines } from '../format-training.ts';
import { duration } from '../format.ts';
import { csvLabels, parseLabels } from '../labels.ts';
import { libraryCommand, withLibrary, type CommonOptions } from '../session.ts';

interface Options extends CommonOptions {
  epochs: number;
  seed: number;
  /** An absolute path of a CSV file, `folders`, `clusters` or `marks`. */
  labels: string;
  holdOut?: boolean;
  layers: number;
  dimensions: number;
  loss: AttributesGiven['loss'];
  optimizer: AttributesGiven['optimizer'];
}

type Labels = Params<'training.start'>['labels'];

export const trainCommand = libraryCommand('train', 'let a method learn from your photos')
  .argument('<method>', 'the id of a method that learns; "lookalike info" lists them')
  .option(
    '--epochs <number>',
    'how often all photos are learnt from, at most',
    parseEpochs,
    usualEpochs,
  )
  .option('--seed <number>', 'another seed begins from other numbers', parseSeed, 1)
  .option(
    '--labels <from>',
    'for "triplet": "folders" that photos lie in, present "clusters" of ImageNet features, your "marks", or a CSV file; for "attributes": the list, a file',
    parseLabels('folders', 'clusters', 'marks'),
    'folders',
  )
  .option(
    '--hold-out',
    'for "triplet": leaves out the photos that "evaluate" with the same labels and seed takes for queries',
  )
  .option(
    '--layers <number>',
    `for "triplet": trains so many of the last layers of the network before, too, such as ${usualLastLayers}; that needs native TensorFlow and much more time`,
    parseLayers,
    0,
  )
  .option(
    '--dimensions <number>',
    'for "pixels-pca": how many numbers a photo is told by, at most',
    parseDimensions,
    usualDimensions,
  )
  .addOption(
    new Option('--loss <name>', 'for "attributes": binary cross-entropy, or cosine')
      .choices(['bce', 'cosine'])
      .default('bce'),
  )
  .addOption(
    new Option('--optimizer <name>', 'for "attributes"')
      .choices(['adam', 'adadelta'])
      .default('adam'),
  )
  .addHelpText(
    'after',
    `
It can be stopped at any time: the same command goes on where it was. It ends early when nothing
gets better, and what was best is used. A tenth of the photos is held back to measure that.

"triplet" learns from labels: what has the same label is alike. A CSV file has one row for each
photo, "path,label"; "lookalike evaluate --help" says more. Of marks, photos that are alike by way
of others have one label, and what is marked as not alike is kept apart.

"attributes" learns from a list that says which photos have which: CelebA's list_attr_celeba.txt, or
a CSV file that begins with "photo,smiling,hat" and has a row such as "me.jpg,1,0" (or -1 for no)
for each photo. "lookalike describe" then finds photos by them.`,
  )
  .action((method: string, all: Options) => {
    const { epochs, seed, labels, holdOut = false, layers, dimensions, ...others } = all;
    const { loss, optimizer, ...options } = others;
    return withLibrary(options, async ({ library, terminal }) => {
      const { methods } = await library.request('library.get', {});
      const isOfAttributes = methods.find(({ id }) => id === method)?.learnsFromAttributes ?? false;
      library.on('training', ({ state, stage, done, total, epoch, losses, secondsLeft }) => {
        if (state !== 'running' || total === 0) return;
        const notes = [];
        const loss = losses.at(-1)?.validationLoss;
        if (loss !== undefined) notes.push(`epoch ${epoch}: ${loss.toFixed(4)}`);
        if (secondsLeft !== null) notes.push(`at most ${duration(secondsLeft)} left`);
        const label = stage === 'reading' ? 'Reading photos' : 'Learning';
        terminal.progress({ label, done, total, notes });
      });
      const document = await library.request('training.start', {
        method,
        epochs,
        seed,
        labels: isOfAttributes ? { from: 'folders' } : await labelsFrom(labels),
        holdOut,
        layers,
        dimensions,
        attributes: isOfAttributes ? await attributesFrom(labels, { loss, optimizer }) : null,
      });
      const { attributes } = document;
      return {
        document,
        lines: (look) => [
          ...trainingLines(document, look),
          ...(attributes ? ['', ...attributeLines(attributes, look)] : []),
        ],
      };
    });
  });

async function labelsFrom(labels: string): Promise<Labels> {
  if (labels === 'folders' || labels === 'clusters' || labels === 'marks') return { from: labels };
  return csvLabels(labels);
}

/** No list was named: what that means is the library's to say. */
async function attributesFrom(
  labels: string,
  how: Pick<AttributesGiven, 'loss' | 'optimizer'>,
): Promise<Params<'training.start'>['attributes']> {
  if (labels === 'folders' || labels === 'clusters' || labels === 'marks') return null;
  const { file, text } = await csvLabels(labels);
  return { file, text, ...how };
}
