/** `lookalike marks`: what was said of pairs of photos, to be listed, taken back or brought in. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { LookalikeError, messageOf } from '../../engine/errors.ts';
import { parsePath, parseQuery } from '../arguments.ts';
import { many, printable } from '../format.ts';
import { markLines } from '../format-marks.ts';
import { markedPhoto } from '../marked-photo.ts';
import { libraryCommand, withLibrary, type CommonOptions } from '../session.ts';

interface Options extends CommonOptions {
  remove?: string[];
  /** An absolute path. */
  import?: string;
}

export const marksCommand = libraryCommand(
  'marks',
  'list what was said of pairs of photos: alike, or not alike',
)
  .option('--remove <photos...>', 'take back what was said of two photos')
  .option('--import <file>', 'add the marks of a file that "marks --json" wrote', parsePath)
  .action(({ remove, import: file, ...options }: Options, command: Command) => {
    if (remove !== undefined && remove.length !== 2)
      command.error('error: --remove takes two photos.', { exitCode: 2 });
    const [first, second] = (remove ?? []).map(parseQuery);
    return withLibrary(options, async ({ library, terminal }) => {
      if (first && second) {
        const [a, b] = [markedPhoto(first), markedPhoto(second)];
        const { photos } = await library.request('marks.set', { a, b, alike: null });
        const paths = photos.map(({ path }) => printable(path)).join(' and ');
        terminal.say(`${paths} are not marked any more.`);
      }
      if (file !== undefined) {
        const { added, changed, unchanged, gone } = await library.request('marks.import', {
          document: await readJson(file),
        });
        terminal.say(
          `${many(added, 'mark')} added, ${changed} changed, ${unchanged} there before; ${gone} of photos that are not in the library.`,
        );
      }
      const document = await library.request('documents.marks', {});
      const { marks, contradictions } = await library.request('marks.list', {});
      return { document, lines: (look) => markLines(marks, contradictions, look) };
    });
  });

/** @throws LookalikeError `marks-unreadable` */
async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new LookalikeError(
      'marks-unreadable',
      `The file of marks ${file} cannot be read as JSON (${messageOf(cause)}). ` +
        'What “lookalike marks --json” writes can be brought in.',
      { cause },
    );
  }
}
