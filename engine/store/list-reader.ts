/**
 * What is read from the database for lists of very many photos: only ids, shapes and order, so that
 * a hundred thousand of them take tenths of a second and little memory.
 */
import type { Statement } from 'better-sqlite3';
import type { ReadableDatabase } from './database.ts';

/** A photo in a list: its id, and width / height to four decimals. */
export interface PhotoShape {
  id: number;
  ratio: number;
}

/** A place in the order of time. */
export interface TimedPhoto extends PhotoShape {
  /** When it was taken, or else last modified; milliseconds. */
  time: number;
}

const ratio = 'round(CAST(width AS REAL) / height, 4) AS ratio';
// Exactly as in the index photos_by_time, or it is not used.
const time = 'coalesce(taken_at, modified_at)';

/** Where a photo is. */
export interface PhotoPlace {
  id: number;
  folderId: number;
  relativePath: string;
}

export class ListReader {
  readonly #newest: Statement;
  readonly #places: Statement;
  readonly #shapes: Statement;

  constructor(database: ReadableDatabase) {
    this.#newest = database.prepare(
      `SELECT id, ${ratio}, ${time} AS time FROM photos
       WHERE ${time} <= :time AND (${time} < :time OR id < :id)
         AND (:folder IS NULL OR folder_id = :folder)
       ORDER BY ${time} DESC, id DESC LIMIT :limit`,
    );
    this.#places = database.prepare(
      `SELECT photos.id AS id, folder_id AS folderId, relative_path AS relativePath
       FROM json_each(?) AS wanted JOIN photos ON photos.id = wanted.value`,
    );
    this.#shapes = database.prepare(
      `SELECT photos.id AS id, ${ratio}
       FROM json_each(?) AS wanted JOIN photos ON photos.id = wanted.value`,
    );
  }

  /**
   * Photos of a folder (null: of all) from the newest on, those of the same time from the last one on.
   * @param after where the last page ended; null for the first
   */
  newest(folder: number | null, after: TimedPhoto | null, limit: number): TimedPhoto[] {
    const { time = Number.MAX_SAFE_INTEGER, id = 0 } = after ?? {};
    return this.#newest.all({ folder, time, id, limit }) as TimedPhoto[];
  }

  /** The photos of these ids that are still there, in no order that matters. */
  shapes(ids: readonly number[]): PhotoShape[] {
    return this.#shapes.all(inOrder(ids)) as PhotoShape[];
  }

  /** The same with their places. */
  places(ids: readonly number[]): PhotoPlace[] {
    return this.#places.all(inOrder(ids)) as PhotoPlace[];
  }
}

/** Ids as JSON, in the order of their rows in the file: what is read together lies together. */
function inOrder(ids: readonly number[]): string {
  return JSON.stringify(ids.toSorted((a, b) => a - b));
}
