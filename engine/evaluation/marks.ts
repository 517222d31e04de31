/**
 * What follows from marks of pairs of photos: which photos are alike by way of others, where marks
 * contradict each other, and which photos are held out of training.
 *
 * "Alike" is taken to carry over: if a is like b and b is like c, then a is like c, as it is where
 * photos share a label.
 */
import { Random } from '../random.ts';

/** What was said of two photos. Photos are named by anything that differs between them. */
export interface Mark<Photo> {
  first: Photo;
  second: Photo;
  alike: boolean;
}

/** The group of each photo that stands in a mark: photos alike by way of others share one, from 0. */
export function groupsOf<Photo>(marks: readonly Mark<Photo>[]): Map<Photo, number> {
  const neighbours = alikeNeighbours(marks);
  const groups = new Map<Photo, number>();
  let next = 0;
  for (const start of marks.flatMap(({ first, second }) => [first, second])) {
    if (groups.has(start)) continue;
    const waiting = [start];
    groups.set(start, next);
    for (let photo = waiting.pop(); photo !== undefined; photo = waiting.pop())
      for (const other of neighbours.get(photo) ?? [])
        if (!groups.has(other)) {
          groups.set(other, next);
          waiting.push(other);
        }
    next += 1;
  }
  return groups;
}

/** Pairs of groups of which a photo of one was marked as not alike a photo of the other, each once. */
export function groupsApart<Photo>(
  marks: readonly Mark<Photo>[],
  groups: ReadonlyMap<Photo, number>,
): [number, number][] {
  const apart = new Map<string, [number, number]>();
  for (const { first, second, alike } of marks) {
    const [a = NaN, b = NaN] = [groups.get(first), groups.get(second)];
    if (!alike && a !== b) apart.set(`${Math.min(a, b)} ${Math.max(a, b)}`, [a, b]);
  }
  return [...apart.values()];
}

/** A mark "not alike" of two photos that are alike by way of others. */
export interface Contradiction<Photo, M extends Mark<Photo>> {
  mark: M;
  /** From its first photo to its second, each marked as like the next; as few as there can be. */
  way: Photo[];
}

/** Every mark "not alike" that contradicts others. */
export function contradictions<Photo, M extends Mark<Photo>>(
  marks: readonly M[],
): Contradiction<Photo, M>[] {
  const groups = groupsOf<Photo>(marks);
  const neighbours = alikeNeighbours<Photo>(marks);
  return marks
    .filter(({ first, second, alike }) => !alike && groups.get(first) === groups.get(second))
    .map((mark) => ({ mark, way: shortestWay(neighbours, mark.first, mark.second) }));
}

/** The share of photos that are held out of training, on average. */
export const heldOutPhotos = 0.2;

/**
 * Whether a photo is held out of a training, and so kept for measuring. It depends on nothing but the
 * photo's content and the seed, so it stays the same however many marks come after.
 * @param sha256 hexadecimal
 */
export function isHeldOut(sha256: string, seed: number): boolean {
  return new Random('marks', seed, sha256).chance(heldOutPhotos);
}

function alikeNeighbours<Photo>(marks: readonly Mark<Photo>[]): Map<Photo, Photo[]> {
  const neighbours = new Map<Photo, Photo[]>();
  const add = (photo: Photo, other: Photo): void => {
    const others = neighbours.get(photo);
    if (others) others.push(other);
    else neighbours.set(photo, [other]);
  };
  for (const { first, second, alike } of marks) {
    if (!alike) continue;
    add(first, second);
    add(second, first);
  }
  return neighbours;
}

/** Breadth first. Empty when there is none. */
function shortestWay<Photo>(
  neighbours: ReadonlyMap<Photo, readonly Photo[]>,
  from: Photo,
  to: Photo,
): Photo[] {
  const before = new Map<Photo, Photo>();
  const waiting = [from];
  for (const photo of waiting) {
    if (photo === to) break;
    for (const other of neighbours.get(photo) ?? [])
      if (other !== from && !before.has(other)) {
        before.set(other, photo);
        waiting.push(other);
      }
  }
  const way = [to];
  for (let at = before.get(to); at !== undefined; at = before.get(at)) way.unshift(at);
  return way[0] === from ? way : [];
}
