/** `lookalike index [FOLDER…]`: brings the library up to date with its folders. */
import { Argument } from 'commander';
import { isLookalikeError, LookalikeError } from '../../engine/errors.ts';
import { parsePaths } from '../arguments.ts';
import { indexingStep, indexLines } from '../format.ts';
import {
  libraryCommand,
  withLibrary,
  type CommonOptions,
  type Outcome,
  type Session,
} from '../session.ts';

export const indexCommand = libraryCommand('index', 'read the photos of folders into the library')
  .addArgument(
    new Argument('[folders...]', 'folders to add; none: those it knows').argParser(parsePaths),
  )
  .addHelpText(
    'after',
    `
Folders that the library knows already are brought up to date as well. A folder that cannot be
added does not keep the others from being indexed, but then the exit code is 1. Photos that could
not be read are counted, and no failure; "lookalike problems" lists them.`,
  )
  .action((folders: string[] | undefined, options: CommonOptions) =>
    withLibrary(options, async (session) => {
      await addFolders(session, folders ?? []);
      return index(session);
    }),
  );

/** Throws when nothing is left to index; a folder that fails among others is told and passed over. */
async function addFolders({ library, terminal }: Session, folders: string[]): Promise<void> {
  const errors: LookalikeError[] = [];
  for (const path of folders) {
    try {
      await library.request('folders.add', { path });
    } catch (error) {
      if (!isLookalikeError(error)) throw error;
      errors.push(error);
    }
  }
  const last = errors.length === folders.length ? errors.pop() : undefined;
  for (const error of errors) {
    terminal.error(error.message);
    process.exitCode = 1;
  }
  if (last) throw last;
  const known = (await library.request('library.get', {})).folders;
  if (known.length === 0)
    throw new LookalikeError('library-empty', 'The library knows no folder yet.');
}

async function index({ library, terminal }: Session): Promise<Outcome> {
  library.on('indexing', (indexing) => {
    if (indexing.state !== 'idle') terminal.progress(indexingStep(indexing));
  });
  await library.request('indexing.start', {});
  const document = await library.request('indexing.wait', {});
  terminal.endProgress();
  const { folders } = await library.request('library.get', {});
  for (const { path } of folders.filter(({ offline }) => offline))
    terminal.say(`${path} cannot be reached now; its photos are kept.`);
  return { document, lines: () => indexLines(document) };
}
