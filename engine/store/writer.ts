/**
 * Everything that is written to the database. There is one writer per library, in the host process.
 * Each method is one transaction: after a kill at any moment it has happened wholly or not at all.
 */
import { type RunResult, type Statement } from 'better-sqlite3';
import { randomUUID } from 'node:crypto';
import { type ErrorData } from '../errors.ts';
import { toBlob } from './blobs.ts';
import { translated, type WritableDatabase } from './database.ts';
import { type ClusterRunRow } from './reader.ts';

/** Where a file is and what it looked like from outside. */
export interface FileOf {
  folderId: number;
  relativePath: string;
  bytes: number;
  modifiedAt: number;
}

/** A photo that was decoded and embedded. */
export interface IndexedPhoto extends FileOf {
  /** The row that already has this content and only lacks the vector, or null for a new row. */
  photoId: number | null;
  /** Hexadecimal. */
  sha256: string;
  width: number;
  height: number;
  takenAt: number | null;
  /** L2-normalised, as long as the method's dimensions. */
  vector: Float32Array;
  /** Kept in the list of problems beside the photo. */
  damage: ErrorData | null;
}

export class Writer {
  readonly #database: WritableDatabase;

  constructor(database: WritableDatabase) {
    this.#database = database;
  }

  /** Gives a new library its id. */
  begin(): void {
    this.#run(() => {
      this.#sql(
        `INSERT INTO library (id, created_at) SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM library)`,
        randomUUID().slice(0, 8),
        Date.now(),
      );
    });
  }

  /** The id of this version of a method, which is registered if it is new. Older versions are dropped. */
  method(name: string, version: string, dimensions: number): number {
    return this.#run(() => {
      this.#sql('DELETE FROM methods WHERE name = ? AND version <> ?', name, version);
      this.#sql(
        'INSERT OR IGNORE INTO methods (name, version, dimensions) VALUES (?, ?, ?)',
        name,
        version,
        dimensions,
      );
      const row = this.#prepare('SELECT id FROM methods WHERE name = ?').get(name);
      return (row as { id: number }).id;
    });
  }

  addFolder(path: string): number {
    return this.#run(() =>
      Number(this.#sql('INSERT INTO folders (path) VALUES (?)', path).lastInsertRowid),
    );
  }

  /** Forgets a folder and its photos. Files are not touched. */
  removeFolder(id: number): void {
    this.#run(() => this.#sql('DELETE FROM folders WHERE id = ?', id));
  }

  setOffline(folderId: number, offline: boolean): void {
    this.#run(() =>
      this.#sql('UPDATE folders SET offline = ? WHERE id = ?', offline ? 1 : 0, folderId),
    );
  }

  /** Stores photos with their vectors; what stood at the same places before is replaced. Returns their ids. */
  addPhotos(methodId: number, photos: readonly IndexedPhoto[]): number[] {
    return this.#run(() => photos.map((photo) => this.#addPhoto(methodId, photo)));
  }

  #addPhoto(methodId: number, photo: IndexedPhoto): number {
    const photoId = photo.photoId ?? this.#insertPhoto(photo);
    this.#sql(
      'INSERT OR REPLACE INTO vectors (method_id, photo_id, vector) VALUES (?, ?, ?)',
      methodId,
      photoId,
      toBlob(photo.vector),
    );
    return photoId;
  }

  #insertPhoto(photo: IndexedPhoto): number {
    const { folderId, relativePath, damage } = photo;
    this.#clear(folderId, relativePath);
    const { lastInsertRowid } = this.#sql(
      `INSERT INTO photos
         (folder_id, relative_path, bytes, modified_at, sha256, width, height, taken_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      folderId,
      relativePath,
      photo.bytes,
      photo.modifiedAt,
      Buffer.from(photo.sha256, 'hex'),
      photo.width,
      photo.height,
      photo.takenAt,
    );
    if (damage) this.#addProblem(photo, damage);
    return Number(lastInsertRowid);
  }

  /** A file that could not be read. A photo that stood there before is gone, for its content is. */
  addFailure(file: FileOf, error: ErrorData): void {
    this.#run(() => {
      this.#clear(file.folderId, file.relativePath);
      this.#addProblem(file, error);
    });
  }

  #addProblem({ folderId, relativePath, bytes, modifiedAt }: FileOf, error: ErrorData): void {
    this.#sql(
      `INSERT OR REPLACE INTO problems
         (folder_id, relative_path, bytes, modified_at, code, message) VALUES (?, ?, ?, ?, ?, ?)`,
      folderId,
      relativePath,
      bytes,
      modifiedAt,
      error.code,
      error.message,
    );
  }

  #clear(folderId: number, relativePath: string): void {
    for (const table of ['photos', 'problems'])
      this.#sql(
        `DELETE FROM ${table} WHERE folder_id = ? AND relative_path = ?`,
        folderId,
        relativePath,
      );
  }

  /** A photo whose content was found unchanged at another place or time. It keeps its id and vector. */
  movePhoto(id: number, to: FileOf): void {
    this.#run(() => {
      this.#sql(
        'DELETE FROM problems WHERE folder_id = ? AND relative_path = ?',
        to.folderId,
        to.relativePath,
      );
      this.#sql(
        'DELETE FROM photos WHERE folder_id = ? AND relative_path = ? AND id <> ?',
        to.folderId,
        to.relativePath,
        id,
      );
      // A damage goes along with the photo it is about.
      this.#sql(
        `UPDATE OR REPLACE problems
         SET folder_id = :folderId, relative_path = :relativePath, modified_at = :modifiedAt
         WHERE (folder_id, relative_path) = (SELECT folder_id, relative_path FROM photos WHERE id = :id)`,
        {
          id,
          folderId: to.folderId,
          relativePath: to.relativePath,
          modifiedAt: to.modifiedAt,
        },
      );
      this.#sql(
        `UPDATE photos SET folder_id = ?, relative_path = ?, bytes = ?, modified_at = ? WHERE id = ?`,
        to.folderId,
        to.relativePath,
        to.bytes,
        to.modifiedAt,
        id,
      );
    });
  }

  /** Forgets photos whose files are gone. */
  removePhotos(ids: readonly number[]): void {
    this.#run(() => {
      for (const id of ids) {
        this.#sql(
          `DELETE FROM problems
           WHERE (folder_id, relative_path) = (SELECT folder_id, relative_path FROM photos WHERE id = ?)`,
          id,
        );
        this.#sql('DELETE FROM photos WHERE id = ?', id);
      }
    });
  }

  removeProblems(folderId: number, relativePaths: readonly string[]): void {
    this.#run(() => {
      for (const relativePath of relativePaths)
        this.#sql(
          'DELETE FROM problems WHERE folder_id = ? AND relative_path = ?',
          folderId,
          relativePath,
        );
    });
  }

  /** Makes this the present run of clusters of a method. */
  setClusterRun(methodId: number, run: ClusterRunRow): void {
    this.#run(() => {
      this.#sql('DELETE FROM cluster_runs WHERE method_id = ?', methodId);
      const { lastInsertRowid } = this.#sql(
        `INSERT INTO cluster_runs (method_id, epsilon, min_photos, chosen, curve, noise)
         VALUES (?, ?, ?, ?, ?, ?)`,
        methodId,
        run.epsilon,
        run.minPhotos,
        run.chosen,
        JSON.stringify(run.curve),
        toBlob(run.noise),
      );
      for (const [index, cluster] of run.clusters.entries())
        this.#sql(
          'INSERT INTO clusters (run_id, number, photo_ids, similarities) VALUES (?, ?, ?, ?)',
          lastInsertRowid,
          index + 1,
          toBlob(cluster.photoIds),
          toBlob(cluster.similarities),
        );
    });
  }

  /** Names a group of photos, in place of names they had. An empty name only takes those away. */
  nameCluster(name: string, photoIds: Uint32Array, replaced: readonly number[]): void {
    this.#run(() => {
      for (const id of replaced) this.#sql('DELETE FROM cluster_names WHERE id = ?', id);
      if (name)
        this.#sql(
          'INSERT INTO cluster_names (name, photo_ids) VALUES (?, ?)',
          name,
          toBlob(photoIds),
        );
    });
  }

  #statements = new Map<string, Statement>();

  #prepare(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }

  #sql(sql: string, ...params: unknown[]): RunResult {
    return this.#prepare(sql).run(...params);
  }

  #run<T>(work: () => T): T {
    return translated(this.#database.name, () => this.#database.transaction(work)());
  }
}
