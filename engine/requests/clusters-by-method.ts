/** Answers what DBSCAN finds with each method: how many clusters, of which size, and what is in none. */
import type { FoundByDbscan } from '../clusters/finder.ts';
import type { ClustersByMethodDocument } from '../clusters-by-method.ts';
import type { Context, Handlers } from './context.ts';
import type { Methods } from './methods.ts';

type Row = ClustersByMethodDocument['methods'][number];
type Findings = NonNullable<Row['found']>;

/** What is needed of a run to tell how it came out. */
type DbscanRun = Pick<FoundByDbscan, 'epsilon' | 'chosen' | 'minPhotos' | 'noise'> & {
  clusters: readonly { photoIds: Uint32Array }[];
};

export function clustersByMethodHandlers(
  context: Context,
  methods: Methods,
): Handlers<'documents.clustersByMethod'> {
  const rowOf = async (
    state: ReturnType<Methods['states']>[number],
    find: boolean,
  ): Promise<Row> => {
    const { id, name, finds } = state;
    const known = { id, name, ...(finds === 'faces' && { finds }) } as const;
    if (state.unavailable !== null)
      return { ...known, found: null, missing: 'training', sentence: state.unavailable.message };
    if (state.photos === 0)
      return {
        ...known,
        found: null,
        missing: 'vectors',
        sentence: 'It has not looked at the photos yet. Use it once, for lookalikes or clusters.',
      };
    const method = methods.get(id);
    if (find) await methods.prepare(id);
    const run = find ? await method.runs.dbscan() : method.runs.knownDbscan;
    if (!run)
      return {
        ...known,
        found: null,
        missing: 'clusters',
        sentence: 'What DBSCAN finds of the photos as they are now is not known yet.',
      };
    const found = findingsOf(run, method.photoOfRow());
    return { ...known, found, missing: null, sentence: sentenceOf(found, finds === 'faces') };
  };

  return {
    'documents.clustersByMethod': async ({ find }) => {
      context.requirePhotos();
      const rows: Row[] = [];
      for (const state of methods.states()) rows.push(await rowOf(state, find));
      return {
        schema: 'lookalike/clusters-by-method@1',
        photos: context.parts.store.reader.photoCount(),
        methods: rows,
      };
    },
  };
}

/**
 * In photos, of which one with several faces may be in several clusters.
 * @param photoOf the photo of a row; undefined when it went
 */
export function findingsOf(run: DbscanRun, photoOf: (row: number) => number | undefined): Findings {
  const photosOf = (rows: Uint32Array): Set<number> =>
    new Set([...rows].flatMap((row) => photoOf(row) ?? []));
  const clustered = new Set<number>();
  let largest = 0;
  for (const { photoIds } of run.clusters) {
    const photos = photosOf(photoIds);
    largest = Math.max(largest, photos.size);
    for (const photo of photos) clustered.add(photo);
  }
  const noise = [...photosOf(run.noise)].filter((photo) => !clustered.has(photo)).length;
  const { epsilon, chosen, minPhotos, clusters } = run;
  return {
    ...{ epsilon, chosen, minPhotos, clusters: clusters.length },
    ...{ largest, clustered: clustered.size, noise },
  };
}

/** What the numbers mean: whether the method tells these photos apart, and puts them together. */
export function sentenceOf(found: Findings, isPeople: boolean): string {
  const { clusters, clustered, largest, noise, minPhotos } = found;
  const group = isPeople ? 'person' : 'cluster';
  const all = clustered + noise;
  if (clusters === 0)
    return isPeople
      ? 'No face is seen in several photos.'
      : `No ${minPhotos} photos are alike enough to be a cluster.`;
  if (clusters === 1)
    return `${clustered} photos make up one ${group}${noise > 0 ? '; the others are like none' : ''}.`;
  const sizes = `${clusters} clusters, the largest with ${largest} photos`;
  if (largest > all / 2) return `One ${group} holds most photos: they are hardly told apart.`;
  if (isPeople)
    return `${noise > all / 2 ? 'Few' : 'Most'} photos with a face show one of ${clusters} people; one is in ${largest} photos.`;
  if (noise > all / 2) return `Most photos are like no others. The rest are ${sizes}.`;
  return `Most photos are in one of ${sizes}.`;
}
