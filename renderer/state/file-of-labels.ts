/** CSV files of labels that a person chooses, as the library wants them. */
import { LookalikeError } from '../../engine/errors.ts';

export interface FileOfLabels {
  name: string;
  text: string;
}

/** What hosts take; some hundred thousand rows. As JSON it may grow a little. */
const largestFile = 40_000_000;

/** What the file holds. @throws LookalikeError `labels-unreadable` */
export async function textOf(file: Pick<File, 'name' | 'size' | 'arrayBuffer'>): Promise<string> {
  if (file.size > largestFile)
    throw new LookalikeError(
      'labels-unreadable',
      `“${file.name}” is larger than 40 MB. Choose a CSV file with one row for each photo.`,
    );
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
  } catch (cause) {
    throw new LookalikeError(
      'labels-unreadable',
      `“${file.name}” is not text in UTF-8. Save it as CSV in UTF-8.`,
      { cause },
    );
  }
}
