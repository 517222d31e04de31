/**
 * Everything that is written to the database. There is one writer per library, in the host process.
 * Each method is one transaction: after a kill at any moment it has happened wholly or not at all.
 */
import type { RunResult, Statement } from 'better-sqlite3';
import { randomUUID } from 'node:crypto';
import type { ErrorData } from '../errors.ts';
import { toBlob } from './blobs.ts';
import { clusterPassBlobs, keepClusterPass, type ClusterPassRow } from './cluster-passes.ts';
import { translated, type WritableDatabase } from './database.ts';
import type { FoundFace } from './face-reader.ts';
import { MarkWriter } from './marks.ts';
import type { ClusterRunRow, Finds, MapRow } from './reader.ts';

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
  /** As long as the method's dimensions. */
  vector: Float32Array;
  /** Kept in the list of problems beside the photo. */
  damage: ErrorData | null;
}

export class Writer {
  readonly #database: WritableDatabase;
  readonly marks: MarkWriter;

  constructor(database: WritableDatabase) {
    this.#database = database;
    this.marks = new MarkWriter(database);
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

  /** Forgets a method with its vectors, clusters and maps. */
  removeMethod(name: string): void {
    this.#run(() => this.#sql('DELETE FROM methods WHERE name = ?', name));
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

  /** Stores vectors of photos. Those that were deleted meanwhile are left out; returns the others' ids. */
  addVectors(
    methodId: number,
    vectors: readonly { photoId: number; vector: Float32Array }[],
  ): number[] {
    return this.#run(() =>
      vectors
        .filter(
          ({ photoId, vector }) =>
            this.#sql(
              `INSERT OR REPLACE INTO vectors (method_id, photo_id, vector)
               SELECT ?, id, ? FROM photos WHERE id = ?`,
              methodId,
              toBlob(vector),
              photoId,
            ).changes > 0,
        )
        .map(({ photoId }) => photoId),
    );
  }

  /**
   * Stores the faces that were found in a photo, none included; what stood there before goes.
   * @returns whether the photo is still there
   */
  addFaces(methodId: number, photoId: number, faces: readonly FoundFace[]): boolean {
    return this.#run(() => {
      const { changes } = this.#sql(
        `INSERT OR REPLACE INTO looked_for_faces (method_id, photo_id)
         SELECT ?, id FROM photos WHERE id = ?`,
        methodId,
        photoId,
      );
      if (changes === 0) return false;
      this.#sql('DELETE FROM faces WHERE method_id = ? AND photo_id = ?', methodId, photoId);
      const largestFirst = faces.toSorted((a, b) => b.width * b.height - a.width * a.height);
      for (const { x, y, width, height, score, vector } of largestFirst)
        this.#sql(
          `INSERT INTO faces (method_id, photo_id, x, y, width, height, score, vector)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
          ...[methodId, photoId, x, y, width, height, score, toBlob(vector)],
        );
      return true;
    });
  }

  #addPhoto(methodId: number, photo: IndexedPhoto): number {
    const { folderId, relativePath, damage } = photo;
    const photoId = photo.photoId ?? this.#insertPhoto(photo);
    this.#sql(
      'UPDATE photos SET bytes = ?, modified_at = ? WHERE id = ?',
      photo.bytes,
      photo.modifiedAt,
      photoId,
    );
    this.#sql(
      'INSERT OR REPLACE INTO vectors (method_id, photo_id, vector) VALUES (?, ?, ?)',
      methodId,
      photoId,
      toBlob(photo.vector),
    );
    this.#removeProblem(folderId, relativePath);
    if (damage) this.#addProblem(photo, damage);
    return photoId;
  }

  #insertPhoto(photo: IndexedPhoto): number {
    this.#removePhotoAt(photo.folderId, photo.relativePath);
    const { lastInsertRowid } = this.#sql(
      `INSERT INTO photos
         (folder_id, relative_path, bytes, modified_at, sha256, width, height, taken_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      photo.folderId,
      photo.relativePath,
      photo.bytes,
      photo.modifiedAt,
      Buffer.from(photo.sha256, 'hex'),
      photo.width,
      photo.height,
      photo.takenAt,
    );
    return Number(lastInsertRowid);
  }

  /** A file that could not be read. A photo that stood there before is gone, for its content is. */
  addFailure(file: FileOf, error: ErrorData): void {
    this.#run(() => {
      this.#removePhotoAt(file.folderId, file.relativePath);
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

  #removeProblem(folderId: number, relativePath: string): void {
    this.#sql(
      'DELETE FROM problems WHERE folder_id = ? AND relative_path = ?',
      folderId,
      relativePath,
    );
  }

  #removePhotoAt(folderId: number, relativePath: string): void {
    this.#sql(
      'DELETE FROM photos WHERE folder_id = ? AND relative_path = ?',
      folderId,
      relativePath,
    );
  }

  /**
   * A photo whose content was found unchanged at another place or time. It keeps its id and vector.
   * A photo that stood at that place is set aside, as its content is not there: it can be moved in
   * its turn, or removed. (Should the program be killed before, it stands at a place without a file,
   * and the next run does the same.)
   */
  movePhoto(id: number, to: FileOf): void {
    this.#run(() => {
      const there = this.#prepare(
        `SELECT id, folder_id AS folderId, relative_path AS relativePath, bytes,
           modified_at AS modifiedAt
         FROM photos WHERE folder_id = ? AND relative_path = ?`,
      ).get(to.folderId, to.relativePath) as ({ id: number } & FileOf) | undefined;
      if (there && there.id !== id)
        this.#place(there.id, {
          ...there,
          relativePath: `${there.relativePath}/moved/${there.id}`,
        });
      else if (!there) this.#removeProblem(to.folderId, to.relativePath);
      this.#place(id, to);
    });
  }

  /** Puts a photo, and what is wrong with it, at a place where nothing is. */
  #place(id: number, { folderId, relativePath, bytes, modifiedAt }: FileOf): void {
    for (const [table, where] of [
      [
        'problems',
        '(folder_id, relative_path) = (SELECT folder_id, relative_path FROM photos WHERE id = ?)',
      ],
      ['photos', 'id = ?'],
    ])
      this.#sql(
        `UPDATE ${table} SET folder_id = ?, relative_path = ?, bytes = ?, modified_at = ?
         WHERE ${where}`,
        folderId,
        relativePath,
        bytes,
        modifiedAt,
        id,
      );
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
      for (const relativePath of relativePaths) this.#removeProblem(folderId, relativePath);
    });
  }

  /** Makes this the present run of clusters of a method. One of a method that is gone is dropped. */
  setClusterRun(methodId: number, run: ClusterRunRow): void {
    this.#run(() => {
      if (!this.#hasMethod(methodId)) return;
      this.#sql('DELETE FROM cluster_runs WHERE method_id = ?', methodId);
      const settings =
        run.algorithm === 'dbscan'
          ? [run.epsilon, run.minPhotos, null, null, null]
          : [null, null, run.k, run.inertia, toBlob(run.centres)];
      const { lastInsertRowid } = this.#sql(
        `INSERT INTO cluster_runs
           (method_id, algorithm, chosen, curve, noise, epsilon, min_photos, k, inertia, centres)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        methodId,
        run.algorithm,
        run.chosen,
        JSON.stringify(run.curve),
        toBlob(run.noise),
        ...settings,
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

  #hasMethod(id: number): boolean {
    return this.#prepare('SELECT 1 FROM methods WHERE id = ?').get(id) !== undefined;
  }

  removeClusterRun(methodId: number): void {
    this.#run(() => this.#sql('DELETE FROM cluster_runs WHERE method_id = ?', methodId));
  }

  /** Keeps what a pass over the vectors of a method found. One of a method that is gone is dropped. */
  setClusterPass(methodId: number, pass: ClusterPassRow): void {
    this.#run(() => {
      if (!this.#hasMethod(methodId)) return;
      const { minPhotos } = pass.hierarchy;
      this.#sql(keepClusterPass, methodId, minPhotos, ...clusterPassBlobs(pass));
    });
  }

  /** Names a group of photos or faces, in place of a name they had. An empty name only takes that away. */
  nameCluster(
    name: string,
    photoIds: Uint32Array,
    replaced: number | null,
    finds: Finds = 'photos',
  ): void {
    this.#run(() => {
      if (replaced !== null) this.#sql('DELETE FROM cluster_names WHERE id = ?', replaced);
      if (name)
        this.#sql(
          `INSERT INTO cluster_names (name, photo_ids, finds, newest_photo_id)
           SELECT ?, ?, ?, coalesce(max(id), 0) FROM ${finds}`,
          name,
          toBlob(photoIds),
          finds,
        );
    });
  }

  /** Makes this the map of a method by its algorithm. */
  setMap(methodId: number, map: MapRow): void {
    const { settings, photoIds, coordinates, trustworthiness } = map;
    this.#run(() =>
      this.#sql(
        `INSERT OR REPLACE INTO maps
           (method_id, algorithm, settings, photo_ids, coordinates, trustworthiness)
         VALUES (?, ?, ?, ?, ?, ?)`,
        methodId,
        settings.algorithm,
        JSON.stringify(settings),
        toBlob(photoIds),
        toBlob(coordinates),
        trustworthiness,
      ),
    );
  }

  /** Keeps a selection of photos under a name; one that had this name is replaced. */
  setSelection(name: string, photoIds: Uint32Array): void {
    this.#run(() => {
      this.#sql(
        `INSERT INTO selections (name, photo_ids) VALUES (?, ?)
         ON CONFLICT (name) DO UPDATE SET photo_ids = excluded.photo_ids`,
        name,
        toBlob(photoIds),
      );
    });
  }

  removeSelection(id: number): void {
    this.#run(() => this.#sql('DELETE FROM selections WHERE id = ?', id));
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
