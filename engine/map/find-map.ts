/**
 * From vectors to a map: a place in the plane for each, such that photos that are alike are near each
 * other. The same vectors, settings and seed give the same map.
 */
import { Random } from '../random.ts';
import type { Pace } from '../search/pace.ts';
import type { MapSettings } from '../store/reader.ts';
import { affinities } from './affinities.ts';
import { nearestNeighbours } from './neighbours.ts';
import type { Points } from './points.ts';
import { principalPlane } from './principal-plane.ts';
import { tSne } from './t-sne.ts';
import { trustworthiness } from './trustworthiness.ts';
import { umap } from './umap.ts';

export interface MadeMap {
  /** float32 [size × 2], around 0. */
  coordinates: Float32Array;
  /** 0…1, or null where there are too few photos to tell. */
  trustworthiness: number | null;
}

/** Progress is told in thousandths; these are the parts of it that finding neighbours and the layout take. */
const total = 1000;
const neighboursPart = 300;
const layoutPart = 650;

/** @throws what `pause` throws */
export async function findMap(
  points: Points,
  settings: MapSettings,
  { pause, onProgress }: Pace,
): Promise<MadeMap> {
  const { algorithm, seed } = settings;
  const { size } = points;
  const random = new Random('map', algorithm, seed);
  const start = await principalPlane(points, random, pause);
  const k = Math.max(0, Math.min(size - 1, wantedNeighbours(settings)));
  const neighbours = await nearestNeighbours(points, k, pause, (share) => {
    onProgress(Math.round(share * neighboursPart), total);
  });
  const tellLayout = (share: number): void => {
    onProgress(neighboursPart + Math.round(share * layoutPart), total);
  };
  const layout =
    settings.algorithm === 't-sne'
      ? await tSne(
          // Of fewer neighbours, fewer count.
          await affinities(neighbours, Math.min(settings.perplexity, Math.max(1, k / 3)), pause),
          start,
          pause,
          tellLayout,
        )
      : await umap(neighbours, start, random, pause, tellLayout);
  const coordinates = centred(layout);
  const trust = await trustworthiness(points, coordinates, random, pause);
  onProgress(total, total);
  return { coordinates, trustworthiness: trust };
}

/** t-SNE looks at three times the perplexity, beyond which the Gaussians are next to nothing. */
function wantedNeighbours(settings: MapSettings): number {
  return settings.algorithm === 't-sne'
    ? Math.ceil(3 * settings.perplexity)
    : settings.neighbours - 1;
}

/** The same around 0, as float32. */
function centred(layout: Float64Array): Float32Array {
  const middle = [0, 1].map(
    (axis) =>
      (2 / layout.length) * layout.reduce((sum, x, i) => (i % 2 === axis ? sum + x : sum), 0),
  );
  return Float32Array.from(layout, (x, i) => x - (middle[i % 2] ?? 0));
}
