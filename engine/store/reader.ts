/**
 * Everything that is read from the database, as plain values. Takes a readable database, so the
 * search process can use it too.
 */
import type { Statement } from 'better-sqlite3';
import { float32Of, uint32Of } from './blobs.ts';
import { readClusterPass, type ClusterPassRow } from './cluster-passes.ts';
import type { ReadableDatabase } from './database.ts';
import { FaceReader } from './face-reader.ts';
import { ListReader } from './list-reader.ts';
import { MarkReader } from './marks.ts';
import type {
  ClusterName,
  ClusterRunRow,
  CurvePoint,
  Finds,
  FolderRow,
  GridRow,
  KnownPhoto,
  MapRow,
  MapSettings,
  PhotoRow,
  ProblemRow,
  SelectionRow,
  SilhouettePoint,
} from './rows.ts';

export type * from './rows.ts';

/** Vectors that are read together. */
const vectorsAtOnce = 500;

/** Vectors that were read together; nulls where there are none. */
interface VectorPiece {
  photoIds: string | null;
  vectors: Buffer;
  longest: number;
}

const photoColumns = `id, folder_id AS folderId, relative_path AS relativePath, bytes,
  modified_at AS modifiedAt, lower(hex(sha256)) AS sha256, width, height, taken_at AS takenAt`;

export class Reader {
  readonly #database: ReadableDatabase;

  readonly faces: FaceReader;
  readonly marks: MarkReader;
  readonly lists: ListReader;

  constructor(database: ReadableDatabase) {
    this.#database = database;
    this.faces = new FaceReader(database);
    this.marks = new MarkReader(database);
    this.lists = new ListReader(database);
  }

  libraryId(): string {
    return this.#one<{ id: string }>('SELECT id FROM library')?.id ?? '';
  }

  folders(): FolderRow[] {
    return this.#all<Omit<FolderRow, 'offline'> & { offline: number }>(
      `SELECT id, path, offline,
         (SELECT count(*) FROM photos WHERE folder_id = folders.id) AS photos
       FROM folders ORDER BY path`,
    ).map((row) => ({ ...row, offline: row.offline !== 0 }));
  }

  photoCount(): number {
    return this.#one<{ n: number }>('SELECT count(*) AS n FROM photos')?.n ?? 0;
  }

  problemCount(): number {
    return this.#one<{ n: number }>('SELECT count(*) AS n FROM problems')?.n ?? 0;
  }

  photo(id: number): PhotoRow | undefined {
    return this.#one<PhotoRow>(`SELECT ${photoColumns} FROM photos WHERE id = ?`, id);
  }

  photoAt(folderId: number, relativePath: string): PhotoRow | undefined {
    return this.#one<PhotoRow>(
      `SELECT ${photoColumns} FROM photos WHERE folder_id = ? AND relative_path = ?`,
      folderId,
      relativePath,
    );
  }

  /** Photos whose file has this name, in any folder, in the order of their ids; a is A. */
  photosNamed(name: string): PhotoRow[] {
    return this.#all<PhotoRow>(
      `SELECT ${photoColumns} FROM photos
       WHERE substr('/' || relative_path, -length('/' || :name)) = '/' || :name COLLATE NOCASE
       ORDER BY id`,
      { name },
    );
  }

  /** Photos whose id is above `after`, at most `limit`, in the order of their ids. */
  photosAfter(after: number, limit: number): PhotoRow[] {
    return this.#all<PhotoRow>(
      `SELECT ${photoColumns} FROM photos WHERE id > ? ORDER BY id LIMIT ?`,
      after,
      limit,
    );
  }

  /** The photos after an id that lack a vector of this method, in the order of their ids. */
  photosWithoutVector(methodId: number, after: number, limit: number): PhotoRow[] {
    return this.#all<PhotoRow>(
      `SELECT ${photoColumns} FROM photos
       WHERE id > ? AND NOT EXISTS
         (SELECT 1 FROM vectors WHERE method_id = ? AND photo_id = photos.id)
       ORDER BY id LIMIT ?`,
      after,
      methodId,
      limit,
    );
  }

  /** Photos with this content, in the order of their ids. */
  photosWithContent(sha256: string): PhotoRow[] {
    return this.#all<PhotoRow>(
      `SELECT ${photoColumns} FROM photos WHERE sha256 = ? ORDER BY id`,
      Buffer.from(sha256, 'hex'),
    );
  }

  hasContent(sha256: string): boolean {
    return (
      this.#one('SELECT 1 FROM photos WHERE sha256 = ?', Buffer.from(sha256, 'hex')) !== undefined
    );
  }

  /** Groups of photos with identical content, two or more in each. */
  copies(): number[][] {
    return this.#all<{ ids: string }>(
      `SELECT group_concat(id) AS ids FROM photos GROUP BY sha256 HAVING count(*) > 1`,
    ).map(({ ids }) => ids.split(',').map(Number));
  }

  /** Photos of a folder for the grid, in the order of their paths, after a path; at most `limit`. */
  grid(folderId: number, after: string, limit: number): GridRow[] {
    return this.#all<GridRow>(
      `SELECT id, CAST(width AS REAL) / height AS ratio, folder_id AS folderId,
         relative_path AS relativePath
       FROM photos WHERE folder_id = ? AND relative_path > ? ORDER BY relative_path LIMIT ?`,
      folderId,
      after,
      limit,
    );
  }

  /** What is known of a folder's photos, for comparing with its files. In pages, as `grid`. */
  knownPhotos(folderId: number, methodId: number, after: string, limit: number): KnownPhoto[] {
    return this.#all<Omit<KnownPhoto, 'hasVector'> & { hasVector: number }>(
      `SELECT id, relative_path AS relativePath, bytes, modified_at AS modifiedAt,
         lower(hex(sha256)) AS sha256,
         EXISTS (SELECT 1 FROM vectors WHERE photo_id = photos.id AND method_id = ?) AS hasVector
       FROM photos WHERE folder_id = ? AND relative_path > ? ORDER BY relative_path LIMIT ?`,
      methodId,
      folderId,
      after,
      limit,
    ).map((row) => ({ ...row, hasVector: row.hasVector !== 0 }));
  }

  problems(folderId?: number): ProblemRow[] {
    return this.#all<ProblemRow>(
      `SELECT folder_id AS folderId, relative_path AS relativePath, bytes,
         modified_at AS modifiedAt, code, message
       FROM problems WHERE :folderId IS NULL OR folder_id = :folderId
       ORDER BY folder_id, relative_path`,
      { folderId: folderId ?? null },
    );
  }

  problemAt(folderId: number, relativePath: string): ProblemRow | undefined {
    return this.#one<ProblemRow>(
      `SELECT folder_id AS folderId, relative_path AS relativePath, bytes,
         modified_at AS modifiedAt, code, message
       FROM problems WHERE folder_id = ? AND relative_path = ?`,
      folderId,
      relativePath,
    );
  }

  hasVector(methodId: number, photoId: number): boolean {
    return (
      this.#one('SELECT 1 FROM vectors WHERE method_id = ? AND photo_id = ?', methodId, photoId) !==
      undefined
    );
  }

  /** How many photos have a vector of this method, so that memory can be set aside for them. */
  vectorCount(methodId: number): number {
    return (
      this.#one<{ n: number }>('SELECT count(*) AS n FROM vectors WHERE method_id = ?', methodId)
        ?.n ?? 0
    );
  }

  /** The vectors of a method in the order of photo ids, one after the other: views of larger pieces. */
  *vectors(methodId: number): IterableIterator<{ photoId: number; vector: Float32Array }> {
    for (const { photoIds, vectors } of this.vectorPieces(methodId)) {
      const dimensions = vectors.length / photoIds.length;
      for (const [place, photoId] of photoIds.entries())
        yield { photoId, vector: vectors.subarray(place * dimensions, (place + 1) * dimensions) };
    }
  }

  /**
   * The same in pieces: photo ids, and float32 [photoIds.length × dimensions].
   *
   * SQLite joins the blobs of many rows to one, so that there is one object to make for all of them,
   * which takes half the time. Its joining is meant for text, but bytes of UTF-8 pass as they are,
   * whatever they are.
   */
  *vectorPieces(methodId: number): IterableIterator<{ photoIds: number[]; vectors: Float32Array }> {
    const piece = this.#database.prepare<[number, number, number], VectorPiece>(
      `SELECT group_concat(photo_id) AS photoIds, CAST(group_concat(vector, '') AS BLOB) AS vectors,
         max(length(vector)) AS longest
       FROM (SELECT photo_id, vector FROM vectors WHERE method_id = ? AND photo_id > ?
             ORDER BY photo_id LIMIT ?)`,
    );
    for (let after = 0; ;) {
      const joined = piece.get(methodId, after, vectorsAtOnce);
      if (!joined?.photoIds) return;
      const photoIds = joined.photoIds.split(',').map(Number);
      // None is longer, and none is shorter.
      if (joined.vectors.length !== photoIds.length * joined.longest)
        throw new Error(`not all vectors have ${joined.longest} bytes`);
      yield { photoIds, vectors: float32Of(joined.vectors) };
      after = photoIds.at(-1) ?? Infinity;
    }
  }

  /** How many vectors there are and the last photo id: together they differ whenever the set does. */
  vectorState(methodId: number): { count: number; lastId: number } {
    return (
      this.#one<{ count: number; lastId: number }>(
        `SELECT count(*) AS count, coalesce(max(photo_id), 0) AS lastId
         FROM vectors WHERE method_id = ?`,
        methodId,
      ) ?? { count: 0, lastId: 0 }
    );
  }

  vector(methodId: number, photoId: number): Float32Array | undefined {
    const row = this.#one<{ vector: Buffer }>(
      'SELECT vector FROM vectors WHERE method_id = ? AND photo_id = ?',
      methodId,
      photoId,
    );
    return row && float32Of(row.vector);
  }

  clusterRun(methodId: number): ClusterRunRow | undefined {
    const run = this.#one<
      { id: number; chosen: 'automatic' | 'given'; curve: string; noise: Buffer } & (
        | { algorithm: 'dbscan'; epsilon: number; minPhotos: number }
        | { algorithm: 'k-means'; k: number; inertia: number; centres: Buffer }
      )
    >(
      `SELECT id, algorithm, chosen, curve, noise, epsilon, min_photos AS minPhotos, k, inertia,
         centres
       FROM cluster_runs WHERE method_id = ?`,
      methodId,
    );
    if (!run) return undefined;
    const rows = this.#all<{ photoIds: Buffer; similarities: Buffer }>(
      `SELECT photo_ids AS photoIds, similarities FROM clusters WHERE run_id = ? ORDER BY number`,
      run.id,
    );
    const common = {
      chosen: run.chosen,
      noise: uint32Of(run.noise),
      clusters: rows.map(({ photoIds, similarities }) => ({
        photoIds: uint32Of(photoIds),
        similarities: float32Of(similarities),
      })),
    };
    const curve: unknown = JSON.parse(run.curve);
    if (run.algorithm === 'dbscan') {
      const { algorithm, epsilon, minPhotos } = run;
      return { ...common, algorithm, epsilon, minPhotos, curve: curve as CurvePoint[] };
    }
    const { algorithm, k, inertia } = run;
    const centres = float32Of(run.centres);
    return { ...common, algorithm, k, inertia, centres, curve: curve as SilhouettePoint[] };
  }

  clusterPass(methodId: number, minPhotos?: number): ClusterPassRow | undefined {
    return readClusterPass(this.#database, methodId, minPhotos);
  }

  /** The names that were given to groups of photos, or of faces. */
  clusterNames(finds: Finds = 'photos'): ClusterName[] {
    return this.#all<Omit<ClusterName, 'photoIds'> & { photoIds: Buffer }>(
      `SELECT id, name, photo_ids AS photoIds, newest_photo_id AS newestPhotoId
       FROM cluster_names WHERE finds = ? ORDER BY id`,
      finds,
    ).map((row) => ({ ...row, photoIds: uint32Of(row.photoIds) }));
  }

  map(methodId: number, algorithm: MapSettings['algorithm']): MapRow | undefined {
    const row = this.#one<{
      settings: string;
      photoIds: Buffer;
      coordinates: Buffer;
      trustworthiness: number | null;
    }>(
      `SELECT settings, photo_ids AS photoIds, coordinates, trustworthiness
       FROM maps WHERE method_id = ? AND algorithm = ?`,
      methodId,
      algorithm,
    );
    return (
      row && {
        settings: JSON.parse(row.settings) as MapSettings,
        photoIds: uint32Of(row.photoIds),
        coordinates: float32Of(row.coordinates),
        trustworthiness: row.trustworthiness,
      }
    );
  }

  /** By name. */
  selections(): SelectionRow[] {
    return this.#all<Omit<SelectionRow, 'photoIds'> & { photoIds: Buffer }>(
      'SELECT id, name, photo_ids AS photoIds FROM selections ORDER BY name COLLATE NOCASE, name',
    ).map((row) => ({ ...row, photoIds: uint32Of(row.photoIds) }));
  }

  #statements = new Map<string, Statement>();

  #prepare(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller says what its SQL gives
  #one<Row>(sql: string, ...params: unknown[]): Row | undefined {
    return this.#prepare(sql).get(...params) as Row | undefined;
  }

  #all<Row>(sql: string, ...params: unknown[]): Row[] {
    return this.#prepare(sql).all(...params) as Row[];
  }
}
