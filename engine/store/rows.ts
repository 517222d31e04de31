/** What is read from the database, as plain values: the rows that the reader gives. */
import type { ErrorCode } from '../errors.ts';

export interface FolderRow {
  id: number;
  path: string;
  offline: boolean;
  photos: number;
}

export interface PhotoRow {
  id: number;
  folderId: number;
  relativePath: string;
  bytes: number;
  /** Milliseconds since 1970. */
  modifiedAt: number;
  /** Hexadecimal. */
  sha256: string;
  width: number;
  height: number;
  /** Wall clock as if UTC, milliseconds; or null. */
  takenAt: number | null;
}

export interface ProblemRow {
  folderId: number;
  relativePath: string;
  bytes: number;
  modifiedAt: number;
  code: ErrorCode;
  message: string;
}

/** What indexing compares a file with. */
export interface KnownPhoto {
  id: number;
  relativePath: string;
  bytes: number;
  modifiedAt: number;
  /** Hexadecimal. */
  sha256: string;
  hasVector: boolean;
}

/** A line of the grid. */
export interface GridRow {
  id: number;
  ratio: number;
  folderId: number;
  relativePath: string;
}

/** What the vectors of a method are of. */
export type Finds = 'photos' | 'faces';

export interface CurvePoint {
  epsilon: number;
  clusters: number;
  clustered: number;
  spread: number;
}

export interface SilhouettePoint {
  k: number;
  silhouette: number;
}

interface AnyClusterRunRow {
  chosen: 'automatic' | 'given';
  noise: Uint32Array;
  /** Number 1 first. */
  clusters: { photoIds: Uint32Array; similarities: Float32Array }[];
}

export type ClusterRunRow = AnyClusterRunRow &
  (
    | { algorithm: 'dbscan'; epsilon: number; minPhotos: number; curve: CurvePoint[] }
    | {
        algorithm: 'k-means';
        k: number;
        inertia: number;
        curve: SilhouettePoint[];
        /** [clusters × dimensions], in the order of the clusters. */
        centres: Float32Array;
      }
  );

export interface ClusterName {
  id: number;
  name: string;
  /** The photos it was given to; the faces, where it was given to a group of those. */
  photoIds: Uint32Array;
  /** The newest photo (or face) of the library at that time. */
  newestPhotoId: number;
}

export type MapSettings =
  | {
      algorithm: 't-sne';
      /** How many neighbours of a photo count, roughly. */
      perplexity: number;
      seed: number;
    }
  | {
      algorithm: 'umap';
      /** How many photos make the surroundings of one, the photo itself counted. */
      neighbours: number;
      seed: number;
    };

export interface MapRow {
  settings: MapSettings;
  photoIds: Uint32Array;
  /** [photos × 2] */
  coordinates: Float32Array;
  trustworthiness: number | null;
}

/** Photos that a person selected and named. */
export interface SelectionRow {
  id: number;
  name: string;
  photoIds: Uint32Array;
}
