/** Where labels come from, as an option says it: a word, or the file that holds them. */
import { readFile } from 'node:fs/promises';
import type { Params } from '../engine/contract.ts';
import { LookalikeError, messageOf, systemCode } from '../engine/errors.ts';
import { parsePath } from './arguments.ts';

type CsvLabels = Extract<Params<'evaluation.run'>['labels'], { from: 'csv' }>;

/** One of `words`, or an absolute path. */
export function parseLabels(...words: readonly string[]): (text: string) => string {
  return (text) => (words.includes(text) ? text : parsePath(text));
}

/**
 * Labels from the CSV file at an absolute path.
 * @throws LookalikeError `labels-unreadable`
 */
export async function csvLabels(file: string): Promise<CsvLabels> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new LookalikeError(
      'labels-unreadable',
      systemCode(error) === 'ENOENT'
        ? `There is no file ${file}. Check the name.`
        : `The file of labels ${file} cannot be opened (${messageOf(error)}).`,
      { cause: error },
    );
  });
  try {
    return {
      from: 'csv',
      file,
      text: new TextDecoder('utf-8', { fatal: true }).decode(bytes),
    };
  } catch (cause) {
    throw new LookalikeError(
      'labels-unreadable',
      `The file of labels ${file} is not text in UTF-8. Save it as CSV in UTF-8.`,
      { cause },
    );
  }
}
