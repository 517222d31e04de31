/** `lookalike model …`: models of a person's own, which are methods once they were added. */
import { Argument, Command, Option } from 'commander';
import { inputSize, scaling, type Scaling } from '../../engine/contract.ts';
import { numberFor, parsePath } from '../arguments.ts';
import { inspectionLines, modelLines, modelsLines } from '../format-models.ts';
import { libraryCommand, withLibrary, type CommonOptions } from '../session.ts';

interface Settings {
  inputSize?: number;
  scaling?: Scaling;
  layer?: string;
}

interface AddOptions extends CommonOptions, Settings {
  name?: string;
}

const parseInputSize = numberFor(
  inputSize,
  'The input size is a whole number of pixels from 16 to 1024, such as 224.',
);

function folderArgument(): Argument {
  return new Argument(
    '<folder>',
    'the folder with model.json and its weights, or with saved_model.pb',
  ).argParser(parsePath);
}

/** The options for what a model is run with; each may be left out. */
function withSettings(command: Command): Command {
  return command
    .option('--input-size <pixels>', 'width and height of the pictures it takes', parseInputSize)
    .addOption(
      new Option('--scaling <how>', 'how it was trained to see pixels').choices(scaling.options),
    )
    .option('--layer <name>', 'the layer whose output is taken')
    .addHelpText(
      'after',
      `
What is left out is read from the file or told by its names; "lookalike model inspect" says what
that comes to. Scalings: 0..1 divides by 255, -1..1 is that of MobileNet and Inception, caffe that
of VGG and ResNet50, imagenet that of PyTorch and DenseNet, none leaves 0 to 255.`,
    );
}

function chosen(settings: Settings): {
  inputSize: number | null;
  scaling: Scaling | null;
  layer: string | null;
} {
  const { inputSize, scaling, layer } = settings;
  return { inputSize: inputSize ?? null, scaling: scaling ?? null, layer: layer ?? null };
}

const inspectCommand = withSettings(
  libraryCommand('inspect', 'tell what a model is, and what it would be run with'),
)
  .addArgument(folderArgument())
  .option('--all', 'list all layers that can be taken, not only the last')
  .action(
    (
      path: string,
      { all = false, ...options }: CommonOptions & Settings & { all?: true | false },
    ) =>
      withLibrary(options, async ({ library }) => {
        const document = await library.request('models.inspect', { path, ...chosen(options) });
        return { document, lines: (look) => inspectionLines(document, all, look) };
      }),
  );

const addCommand = withSettings(
  libraryCommand('add', 'copy a model into the library, as a method like the others'),
)
  .addArgument(folderArgument())
  .option('--name <name>', 'what it is called; by default like its folder')
  .action((path: string, { name, ...options }: AddOptions) =>
    withLibrary(options, async ({ library }) => {
      const document = await library.request('models.add', {
        path,
        name: name ?? null,
        ...chosen(options),
      });
      return { document, lines: (look) => modelLines(document, look) };
    }),
  );

const listCommand = libraryCommand('list', 'list the models that were added').action(
  (options: CommonOptions) =>
    withLibrary(options, async ({ library }) => {
      const document = await library.request('documents.models', {});
      return { document, lines: (look) => modelsLines(document, look) };
    }),
);

const removeCommand = libraryCommand(
  'remove',
  "forget a model, and delete the library's copy of it",
)
  .argument('<id>', 'its id; "lookalike model list" lists them')
  .action((method: string, options: CommonOptions) =>
    withLibrary(options, async ({ library }) => {
      await library.request('models.remove', { method });
      const document = await library.request('documents.models', {});
      return { document, lines: (look) => [`Removed ${method}.`, ...modelsLines(document, look)] };
    }),
  );

export const modelCommand = new Command('model')
  .description('use a TensorFlow model of your own as a method')
  .addCommand(inspectCommand)
  .addCommand(addCommand)
  .addCommand(listCommand)
  .addCommand(removeCommand);
