/** What DBSCAN finds with each method, as a table. */
import type { ClustersByMethodDocument } from '../engine/contract.ts';
import { aligned } from './columns.ts';
import { printable, type Look } from './format.ts';

/** Methods of which nothing is known stand below the table, with what to do. */
export function clustersByMethodLines({ methods }: ClustersByMethodDocument, look: Look): string[] {
  const known = methods.flatMap(({ found, ...rest }) => (found ? [{ ...rest, found }] : []));
  const others = methods.filter(({ found }) => found === null);
  const [head = '', ...rows] = aligned([
    ['Method', 'ε', 'clusters', 'photos in them', 'not in a cluster'],
    ...known.map(({ name, found }) => [
      printable(name),
      found.epsilon.toFixed(2),
      String(found.clusters),
      String(found.clustered),
      String(found.noise),
    ]),
  ]);
  return [
    look.style('bold', head),
    ...rows.map((row, index) => `${row}  ${look.style('dim', known[index]?.sentence ?? '')}`),
    ...others.map(
      ({ id, name, sentence }) => `${look.style('bold', printable(name))} (${id}): ${sentence}`,
    ),
  ];
}
