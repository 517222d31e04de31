/**
 * What a network is trained on, as a file of rows of equal length: the pixels of one small photo a row
 * (or the numbers of one vector). The host writes it into the run's folder; the training process reads
 * the rows of a batch when it wants them, so that memory stays the same however many photos there are.
 */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { LookalikeError } from '../errors.ts';

export interface WrittenRows {
  count: number;
  /** SHA-256 of all rows, hexadecimal: the data's version. */
  version: string;
}

/** Bytes of a photo of side × side pixels: RGB, rows from the top. */
export function bytesOfPixels(side: number): number {
  return side * side * 3;
}

/**
 * Writes rows in the order in which they come, whole or not at all.
 *
 * @param rows each of `bytesPerRow` bytes; it is copied before the next one is asked for
 * @throws what `rows` throws, or the system's error when the disk refuses
 */
export async function writeRows(
  path: string,
  bytesPerRow: number,
  rows: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<WrittenRows> {
  const unfinished = `${path}.unfinished`;
  const hash = createHash('sha256');
  let count = 0;
  const file = await open(unfinished, 'w');
  try {
    for await (const row of rows) {
      if (row.length !== bytesPerRow)
        throw new Error(`row ${count + 1} has ${row.length} bytes, not ${bytesPerRow}`);
      hash.update(row);
      await file.writeFile(row);
      count++;
    }
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
  return { count, version: hash.digest('hex') };
}

/** A file of rows that is open. It reads synchronously, so it belongs in the training process. */
export class RowsFile {
  readonly bytesPerRow: number;
  readonly count: number;
  readonly #file: number;

  /**
   * @throws LookalikeError 'training-data-damaged' when there is no such file, or it does not hold
   *   `count` rows
   */
  constructor(path: string, bytesPerRow: number, count: number) {
    this.bytesPerRow = bytesPerRow;
    this.count = count;
    try {
      this.#file = openSync(path, 'r');
    } catch (error) {
      throw damaged(path, 'cannot be opened', error);
    }
    if (fstatSync(this.#file).size !== bytesPerRow * count) {
      this.close();
      throw damaged(path, `does not hold ${count} rows of ${bytesPerRow} bytes`);
    }
  }

  /** The bytes of one row. `into`, of that length, is filled. */
  read(row: number, into: Uint8Array): void {
    const read = readSync(this.#file, into, 0, this.bytesPerRow, row * this.bytesPerRow);
    if (read !== this.bytesPerRow) throw new Error(`row ${row} of the data cannot be read`);
  }

  close(): void {
    closeSync(this.#file);
  }
}

function damaged(path: string, what: string, cause?: unknown): LookalikeError {
  return new LookalikeError(
    'training-data-damaged',
    `The file ${path}, which was to be learnt from, ${what}. Start the training anew.`,
    { cause },
  );
}
