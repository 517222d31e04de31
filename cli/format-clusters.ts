/** Clusters as lines for people. */
import type { ClustersDocument } from '../engine/contract.ts';
import { bar, many, printable, type Look } from './format.ts';

export function clusterLines(document: ClustersDocument, look: Look): string[] {
  const { algorithm, clusters, noise, method } = document;
  const [one, several] =
    method.finds === 'faces' ? (['person', 'people'] as const) : (['cluster', 'clusters'] as const);
  const clustered = clusters.reduce((sum, { size }) => sum + size, 0);
  const settings = settingsText(algorithm);
  const left = algorithm.name === 'dbscan' ? `; ${noise.length} not in a cluster` : '';
  if (method.finds === 'faces' && clusters.length === 0 && noise.length === 0)
    return ['No face was found in any photo, so there are no people to tell apart.'];
  if (clusters.length === 0)
    return [`No ${several} among ${many(noise.length, 'photo')} (${settings}).`];
  const width = (pick: (cluster: (typeof clusters)[number]) => number): number =>
    Math.max(...clusters.map((cluster) => String(pick(cluster)).length));
  const [idWidth, sizeWidth] = [width(({ id }) => id), width(({ size }) => size)];
  return [
    look.style(
      'bold',
      `${many(clusters.length, one, several)} with ${many(clustered, 'photo')}${left} (${settings}).`,
    ),
    ...fewerThanK(document),
    ...silhouetteLines(algorithm, look),
    'Number, photos, cover:',
    ...clusters.map(({ id, size, name, cover }) => {
      const numbers = `${String(id).padStart(idWidth)}  ${String(size).padStart(sizeWidth)}`;
      const named = name === undefined ? '' : `  “${printable(name)}”`;
      return `${look.style('bold', numbers)}  ${printable(cover)}${named}`;
    }),
  ];
}

function settingsText(algorithm: ClustersDocument['algorithm']): string {
  const chosen = algorithm.chosen === 'automatic' ? ', chosen automatically' : '';
  return algorithm.name === 'dbscan'
    ? `ε ${algorithm.epsilon}${chosen}, at least ${many(algorithm.minPhotos, 'photo')}`
    : `k-means, k ${algorithm.k}${chosen}, inertia ${algorithm.inertia.toFixed(2)}`;
}

function fewerThanK({ algorithm, clusters }: ClustersDocument): string[] {
  return algorithm.name === 'k-means' && clusters.length < algorithm.k
    ? [`Not ${algorithm.k}, as no more photos differ.`]
    : [];
}

/** The curve that k was chosen from, where it was. */
function silhouetteLines(algorithm: ClustersDocument['algorithm'], look: Look): string[] {
  if (algorithm.name === 'dbscan' || algorithm.chosen === 'given') return [];
  const { k: best, curve } = algorithm;
  if (curve.length === 0) return [];
  const lines = curve.map(({ k, silhouette }) => {
    const cells = [String(k).padStart(2), silhouette.toFixed(3).padStart(6)];
    if (look.bars) cells.push(bar(silhouette));
    return look.style(k === best ? 'bold' : 'dim', cells.join('  ').trimEnd());
  });
  return ['k, silhouette:', ...lines];
}
