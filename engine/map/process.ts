/**
 * Entry of the map process: reads the vectors of a method from the database by itself and makes one
 * map of them. It lives as long as that takes, so that its memory is given back, and a run is stopped
 * by ending it.
 */
import { emit, serve } from '../processes/serve.ts';
import { pace } from '../search/pace.ts';
import { Vectors } from '../search/vectors.ts';
import { openForReading } from '../store/database.ts';
import { Reader, type Finds, type MapSettings } from '../store/reader.ts';
import { findMap, type MadeMap } from './find-map.ts';

/** Of which vectors a map is made, and how. */
export interface MapTask {
  databasePath: string;
  methodId: number;
  dimensions: number;
  settings: MapSettings;
  /** Of faces, the largest of each photo is on the map. */
  finds: Finds;
}

export interface FoundMap extends MadeMap {
  /** Photo i is at (`coordinates[2 i]`, `coordinates[2 i + 1]`). */
  photoIds: Uint32Array;
}

/** What the map process can be asked. */
export interface MapRequests {
  find: { params: MapTask; result: FoundMap };
}

/** Told while a map is made: work done and in all. */
export interface MapProgress {
  done: number;
  total: number;
}

serve({
  find: async (task: MapTask): Promise<FoundMap> => {
    const { databasePath, methodId, dimensions, settings, finds } = task;
    const reader = new Reader(openForReading(databasePath));
    const vectors = new Vectors(dimensions);
    const rows = finds === 'faces' ? reader.faces.largest(methodId) : reader.vectors(methodId);
    for (const { photoId, vector } of rows) vectors.add(photoId, vector);
    const paced = pace(new AbortController().signal, '', (progress: MapProgress) => {
      emit('progress', progress);
    });
    return { photoIds: vectors.ids, ...(await findMap(vectors, settings, paced)) };
  },
});
