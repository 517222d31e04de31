/**
 * Makes the hierarchy of the vectors as they are now: brings one that is known up to date, or makes a
 * first pass. Few vectors are worked on in this thread, in slices; many in threads of their own.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Vectors } from '../search/vectors.ts';
import { build, planBuild } from './build.ts';
import { Crew } from './crew.ts';
import type { Hierarchy, Pace } from './hierarchy.ts';
import type { PassMessage, PassStart } from './pass-thread.ts';
import { isWorthUpdating, planUpdate, update, type OldHierarchy } from './update.ts';

/** A hierarchy and what it is of. */
export interface ClusterPass {
  /** Ids of the rows, rising: of photos, or of faces. */
  ids: Uint32Array;
  hierarchy: Hierarchy;
}

/** What a pass needs to know of its surroundings. */
export interface PassPace extends Pace {
  /** Ends it, with its reason. */
  signal: AbortSignal;
}

/** From so many rows on, threads are worth their start. */
const manyRows = 3000;
/** Threads of one pass: what is left of a machine is for everything else. */
const mostThreads = 2;

/**
 * The pass is of the vectors as they are when this is called, whatever changes meanwhile.
 * @param known a hierarchy of the same vectors at another time, with the same minimum of photos
 * @throws LookalikeError `cancelled`
 */
export async function findPass(
  vectors: Vectors,
  minPhotos: number,
  known: ClusterPass | undefined,
  pace: PassPace,
): Promise<ClusterPass> {
  const ids = vectors.ids.slice();
  if (known && sameIds(known.ids, ids)) return known;
  const { dimensions, metric, size } = vectors;
  const old = known && oldHierarchy(known, vectors);
  const worth = old && isWorthUpdating(old, size) ? old : undefined;
  const isMany = size >= manyRows;
  const threads = isMany ? Math.min(mostThreads, availableParallelism()) : 1;
  const form = { size, dimensions, metric, minPhotos, threads };
  const lent = vectors.lend();
  try {
    const plan = worth ? planUpdate(form, lent.rows) : planBuild(form, lent.rows);
    const start = { plan, minPhotos, old: worth };
    return { ids, hierarchy: await (isMany ? inThreads(start, pace) : here(start, pace)) };
  } finally {
    lent.end();
  }
}

async function here({ plan, minPhotos, old }: PassStart, pace: Pace): Promise<Hierarchy> {
  const crew = new Crew(plan);
  return old ? update(crew, old, pace) : build(crew, minPhotos, pace);
}

async function inThreads(start: PassStart, { signal, onProgress }: PassPace): Promise<Hierarchy> {
  const thread = new Worker(new URL('./pass-thread.ts', import.meta.url), { workerData: start });
  const { promise, resolve, reject } = Promise.withResolvers<Hierarchy>();
  const stop = (): void => {
    reject(signal.reason as Error);
  };
  signal.addEventListener('abort', stop);
  // Stopped before anyone waits for it, that is no crash.
  promise.catch(() => undefined);
  thread.on('message', (message: PassMessage) => {
    if (message.kind === 'found') resolve(message.hierarchy);
    else onProgress(message.done, message.total);
  });
  thread.on('error', reject);
  thread.on('exit', () => {
    reject(new Error('the thread of the pass over the library ended'));
  });
  try {
    signal.throwIfAborted();
    return await promise;
  } finally {
    signal.removeEventListener('abort', stop);
    void thread.terminate();
  }
}

/** Whether these are the same rows. */
export function sameIds(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((id, place) => id === b[place]);
}

function oldHierarchy({ ids, hierarchy }: ClusterPass, vectors: Vectors): OldHierarchy {
  return { hierarchy, rowNow: Int32Array.from(ids, (id) => vectors.rowOf(id)) };
}
