/** `lookalike train METHOD`: lets a method learn from the photos of the library. */
import { parseEpochs, parseSeed } from '../arguments.ts';
import { duration, trainingLines } from '../format.ts';
import { libraryCommand, withLibrary, type CommonOptions } from '../session.ts';

interface Options extends CommonOptions {
  epochs: number;
  seed: number;
}

export const trainCommand = libraryCommand('train', 'let a method learn from your photos')
  .argument('<method>', 'the id of a method that learns; "lookalike info" lists them')
  .option('--epochs <number>', 'how often all photos are learnt from, at most', parseEpochs, 30)
  .option('--seed <number>', 'begins otherwise', parseSeed, 1)
  .addHelpText(
    'after',
    `
It can be stopped at any time: the same command goes on where it was. It ends early when nothing
gets better, and what was best is used. A tenth of the photos is held back to measure that.`,
  )
  .action((method: string, { epochs, seed, ...options }: Options) =>
    withLibrary(options, async ({ library, terminal }) => {
      library.on('training', ({ state, stage, done, total, epoch, losses, secondsLeft }) => {
        if (state !== 'running' || total === 0) return;
        const notes = [];
        const loss = losses.at(-1)?.validationLoss;
        if (loss !== undefined) notes.push(`epoch ${epoch}: ${loss.toFixed(4)}`);
        if (secondsLeft !== null) notes.push(`at most ${duration(secondsLeft)} left`);
        const label = stage === 'reading' ? 'Reading photos' : 'Learning';
        terminal.progress({ label, done, total, notes });
      });
      const document = await library.request('training.start', { method, epochs, seed });
      return { document, lines: (look) => trainingLines(document, look) };
    }),
  );
