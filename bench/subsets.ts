/**
 * Subsets of a labelled set, drawn from a seed: libraries with fewer kinds, with fewer photos of each,
 * and with very different numbers of them, for what is tuned to one library may fail on the next.
 */
import { Random } from '../engine/random.ts';
import type { LabelledSet } from './measures.ts';

export interface NamedSet extends LabelledSet {
  name: string;
}

/** How many kinds are drawn, and how many photos of one (at most what there is). */
interface Recipe {
  kinds: number;
  photos: (random: Random) => number;
  /** What stands for the number of photos in the name. */
  each: string;
}

const all = (): number => Infinity;
const recipes: readonly Recipe[] = [
  { kinds: 5, photos: all, each: 'all' },
  { kinds: 10, photos: all, each: 'all' },
  { kinds: 20, photos: all, each: 'all' },
  { kinds: Infinity, photos: () => 8, each: '8' },
  { kinds: 20, photos: (random) => random.integer(3, 15), each: '3–15' },
];

/** A set with fewer kinds than this is too small to draw subsets from. */
const FEWEST_KINDS = 10;

/** Five subsets of `set`; none when it has too few kinds. */
export function subsetsOf(set: LabelledSet, seed: number): NamedSet[] {
  const kinds = [...new Set(set.kinds)].sort();
  if (kinds.length < FEWEST_KINDS) return [];
  return recipes.map((recipe, index) => {
    const random = new Random('subset', seed, index);
    const drawn = shuffled(kinds, random).slice(0, recipe.kinds);
    const rows = drawn.flatMap((kind) => {
      const ofKind = [...set.kinds.keys()].filter((row) => set.kinds[row] === kind);
      return shuffled(ofKind, random).slice(0, recipe.photos(random));
    });
    const name = `${drawn.length} kinds × ${recipe.each}`;
    return {
      name,
      ...pick(
        set,
        rows.sort((a, b) => a - b),
      ),
    };
  });
}

function pick(set: LabelledSet, chosen: readonly number[]): LabelledSet {
  const { kinds, rows, dimensions } = set;
  const picked = new Float32Array(chosen.length * dimensions);
  for (const [index, row] of chosen.entries())
    picked.set(rows.subarray(row * dimensions, (row + 1) * dimensions), index * dimensions);
  return { ...set, kinds: chosen.map((row) => kinds[row] ?? ''), rows: picked };
}

/** Fisher and Yates. */
function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const rest = [...items];
  return items.flatMap(() => rest.splice(random.integer(0, rest.length - 1), 1));
}
