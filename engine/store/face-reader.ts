/**
 * What is read from the database about faces: the vectors of methods that find them in photos, each
 * with its place.
 */
import type { Statement } from 'better-sqlite3';
import { float32Of } from './blobs.ts';
import type { ReadableDatabase } from './database.ts';

/** A face as it is stored. */
export interface FoundFace {
  /** Upper left corner and size, in shares of the photo's width and height. */
  x: number;
  y: number;
  width: number;
  height: number;
  /** How sure it is that this is a face, 0 to 1. */
  score: number;
  /** float32, of length 1. */
  vector: Float32Array;
}

export interface FaceRow extends FoundFace {
  id: number;
  photoId: number;
}

const columns = 'id, photo_id AS photoId, x, y, width, height, score, vector';
type Stored = Omit<FaceRow, 'vector'> & { vector: Buffer };

export class FaceReader {
  readonly #database: ReadableDatabase;
  readonly #statements = new Map<string, Statement>();

  constructor(database: ReadableDatabase) {
    this.#database = database;
  }

  count(methodId: number): number {
    return this.#number('SELECT count(*) FROM faces WHERE method_id = ?', methodId);
  }

  /** How many photos were looked at, those without faces included. */
  lookedCount(methodId: number): number {
    return this.#number('SELECT count(*) FROM looked_for_faces WHERE method_id = ?', methodId);
  }

  /** Whether faces were looked for in a photo. */
  isLookedAt(methodId: number, photoId: number): boolean {
    return (
      this.#number(
        'SELECT count(*) FROM looked_for_faces WHERE method_id = ? AND photo_id = ?',
        ...[methodId, photoId],
      ) > 0
    );
  }

  /** The ids of photos above `after` in which faces were not looked for yet, rising, at most `limit`. */
  photosToLookAt(methodId: number, after: number, limit: number): number[] {
    return this.#prepare(
      `SELECT id FROM photos WHERE id > ? AND NOT EXISTS
         (SELECT 1 FROM looked_for_faces WHERE method_id = ? AND photo_id = photos.id)
       ORDER BY id LIMIT ?`,
    )
      .pluck()
      .all(after, methodId, limit) as number[];
  }

  /** The faces of a photo, the largest first. */
  ofPhoto(methodId: number, photoId: number): FaceRow[] {
    const rows = this.#prepare(
      `SELECT ${columns} FROM faces WHERE photo_id = ? AND method_id = ? ORDER BY id`,
    ).all(photoId, methodId) as Stored[];
    return rows.map(faceOf);
  }

  /** The photo of every face. */
  photos(methodId: number): Map<number, number> {
    const rows = this.#prepare('SELECT id, photo_id FROM faces WHERE method_id = ?')
      .raw()
      .all(methodId) as [number, number][];
    return new Map(rows);
  }

  face(id: number): FaceRow | undefined {
    const row = this.#prepare(`SELECT ${columns} FROM faces WHERE id = ?`).get(id);
    return row === undefined ? undefined : faceOf(row as Stored);
  }

  /** All faces of a method in the order of their ids, one after the other. */
  *all(methodId: number): IterableIterator<FaceRow> {
    const rows = this.#database
      .prepare<[number], Stored>(`SELECT ${columns} FROM faces WHERE method_id = ? ORDER BY id`)
      .iterate(methodId);
    for (const row of rows) yield faceOf(row);
  }

  /** The largest face of each photo, in the order of photo ids: as `Reader.vectors`. */
  *largest(methodId: number): IterableIterator<{ photoId: number; vector: Float32Array }> {
    const rows = this.#database
      .prepare<[number], { photoId: number; vector: Buffer }>(
        `SELECT photo_id AS photoId, vector FROM faces
         WHERE id IN (SELECT min(id) FROM faces WHERE method_id = ? GROUP BY photo_id)
         ORDER BY photo_id`,
      )
      .iterate(methodId);
    for (const { photoId, vector } of rows) yield { photoId, vector: float32Of(vector) };
  }

  /** As `Reader.vectorState`, of photos that have a face. */
  photoState(methodId: number): { count: number; lastId: number } {
    return this.#prepare(
      `SELECT count(DISTINCT photo_id) AS count, coalesce(max(photo_id), 0) AS lastId
       FROM faces WHERE method_id = ?`,
    ).get(methodId) as { count: number; lastId: number };
  }

  /** As `Reader.vectorState`, of faces. */
  state(methodId: number): { count: number; lastId: number } {
    return this.#prepare(
      'SELECT count(*) AS count, coalesce(max(id), 0) AS lastId FROM faces WHERE method_id = ?',
    ).get(methodId) as { count: number; lastId: number };
  }

  #number(sql: string, ...params: number[]): number {
    return this.#prepare(sql)
      .pluck()
      .get(...params) as number;
  }

  #prepare(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }
}

function faceOf({ vector, ...row }: Stored): FaceRow {
  return { ...row, vector: float32Of(vector) };
}
