/**
 * Brings the hierarchy of a library up to date after photos came or went, without starting over. What
 * it gives is what a first pass would.
 *
 * Lists of nearest rows: newcomers are offered to all, and all to them. A row that lost one of its
 * list, for the photo is gone, has its list made anew.
 *
 * The forest. Let T be the old one. Mutual reachability changes with core distances, so call a row
 * *touched* when it is new or its core distance became smaller, and *loosened* when it became larger.
 *
 * - First, without the newcomers and with the core distances that became larger only. Each edge of T
 *   between rows that are still there and not loosened was the lightest across the cut that taking it
 *   out of T makes, and is, for nothing across that cut became lighter. So these edges F are in a
 *   minimum spanning forest M (cut property), and what else is in M connects two components of F.
 * - Then, with the others. A pair without touched rows that is not in M is the heaviest of the circle
 *   that it closes with M, and stays that, for nothing on it becomes heavier (circle property).
 *
 * So the new forest is made of F, pairs between components of F, and pairs of a touched row. Where
 * nothing went, F is T, and only the touched rows are compared with all; those of them that their lists say
 * enough of are left out (see `join-side.ts`).
 */
import { distanceOf } from './distance.ts';
import { similarityOf } from '../search/metric.ts';
import type { Crew } from './crew.ts';
import { spanningForest, type Edges } from './forest.ts';
import { coreDistancesOf, listedFor, type Hierarchy, type Pace } from './hierarchy.ts';
import type { HierarchyForm } from './build.ts';
import { inFront, Pass } from './pass.ts';
import { planPass, type PassPlan } from './pass-memory.ts';
import type { Tiles } from './pass-steps.ts';

/** What is known of a library as it was. */
export interface OldHierarchy {
  hierarchy: Hierarchy;
  /** [hierarchy.size]: the row that each row is now, −1 for one that is gone. */
  rowNow: Int32Array;
}

/** Each change touches some rows, which are compared with all: more than this share is not worth it. */
const mostTouched = 1 / 4;

/** Whether an update is quicker than a first pass. */
export function isWorthUpdating({ hierarchy, rowNow }: OldHierarchy, size: number): boolean {
  const { minPhotos } = hierarchy;
  const listed = listedFor(minPhotos);
  const gone = rowNow.reduce((count, row) => count + Number(row === -1), 0);
  const came = size - (hierarchy.size - gone);
  const enough = Math.min(hierarchy.size, size) >= minPhotos;
  return enough && (gone + came) * listed <= size * mostTouched;
}

/** Few rows are compared with all: whole rows at once, so that nothing has to be rotated first. */
export function planUpdate({ minPhotos, ...form }: HierarchyForm, rows: Float32Array): PassPlan {
  return planPass({ ...form, kept: listedFor(minPhotos), whole: true }, rows);
}

/** @param crew made for the plan above, with the rows as they are now */
export async function update(crew: Crew, old: OldHierarchy, pace: Pace): Promise<Hierarchy> {
  const { minPhotos } = old.hierarchy;
  const pass = new Pass(crew, minPhotos, pace);
  const { size, coreDistances } = pass.memory;
  const { sought, oldCores } = putOld(pass, old);
  await pass.round(0.1);
  pass.arrange(inFront(sought, everyRow(size)));
  await pass.near(withAll(pass, sought.length), 0.4);
  pass.findCores();

  const isLoosened = new Uint8Array(size);
  const touched: number[] = [];
  for (let row = 0; row < size; row++) {
    const before = oldCores[row] as number;
    const now = coreDistances[row] as number;
    if (Number.isNaN(before) || now < before) touched.push(row);
    else if (now > before) isLoosened[row] = 1;
  }
  const { sure, loose } = oldEdges(pass, old, isLoosened);
  const listed = pass.nearForest(aroundThese(pass, new Set([...touched, ...sought])));
  let forest = spanningForest(size, sure, loose, listed);
  forest = await pass.connect(forest, 0.5);
  if (loose.weights.length > 0 || old.rowNow.includes(-1))
    forest = await reconnect(pass, forest, sure);
  const order = pass.compareWith(forest);
  const isTouched = new Set(touched);
  const first = order.filter((row) => isTouched.has(row));
  pass.arrange(inFront(first, order));
  const all = withAll(pass, first.length);
  return pass.hierarchy(await pass.join(forest, all, 1, { listed: true }));
}

/**
 * Copies what is still true into the lists of nearest rows.
 * @returns the rows whose lists are to be made, and the core distances that rows had, NaN for new ones
 */
function putOld(
  pass: Pass,
  { hierarchy, rowNow }: OldHierarchy,
): { sought: Uint32Array; oldCores: Float64Array } {
  const { size, kept, nearRows, nearDistances } = pass.memory;
  const oldCores = new Float64Array(size).fill(NaN);
  const isKnown = new Uint8Array(size);
  const cores = coreDistancesOf(hierarchy);
  nearRows.fill(-1);
  nearDistances.fill(Infinity);
  for (let oldRow = 0; oldRow < hierarchy.size; oldRow++) {
    const row = rowNow[oldRow] as number;
    if (row === -1) continue;
    oldCores[row] = cores[oldRow] as number;
    isKnown[row] = 1;
    for (let place = 0; place < kept; place++) {
      const other = hierarchy.neighbours.rows[oldRow * kept + place] as number;
      const now = other === -1 ? -1 : (rowNow[other] as number);
      if (now === -1) isKnown[row] = 0;
      nearRows[row * kept + place] = now;
      nearDistances[row * kept + place] = hierarchy.neighbours.distances[
        oldRow * kept + place
      ] as number;
    }
    if (isKnown[row] === 1) continue;
    nearRows.fill(-1, row * kept, (row + 1) * kept);
    nearDistances.fill(Infinity, row * kept, (row + 1) * kept);
  }
  return { sought: everyRow(size).filter((row) => isKnown[row] === 0), oldCores };
}

/** The edges of the old forest between rows that are still there: those that are sure to stay, and others. */
function oldEdges(
  pass: Pass,
  { hierarchy, rowNow }: OldHierarchy,
  isLoosened: Uint8Array,
): { sure: Edges; loose: Edges } {
  const { coreDistances, rows, dimensions, metric } = pass.memory;
  const { edges } = hierarchy;
  const parts = {
    sure: { from: [] as number[], to: [] as number[], weights: [] as number[] },
    loose: { from: [] as number[], to: [] as number[], weights: [] as number[] },
  };
  for (let edge = 0; edge < edges.weights.length; edge++) {
    const from = rowNow[edges.from[edge] as number] as number;
    const to = rowNow[edges.to[edge] as number] as number;
    if (from === -1 || to === -1) continue;
    const distance = distanceOf(similarityOf(metric, rows, from, rows, to, dimensions));
    const part = isLoosened[from] === 1 || isLoosened[to] === 1 ? parts.loose : parts.sure;
    part.from.push(from);
    part.to.push(to);
    part.weights.push(
      Math.max(distance, coreDistances[from] as number, coreDistances[to] as number),
    );
  }
  const asEdges = ({ from, to, weights }: typeof parts.sure): Edges => ({
    from: Uint32Array.from(from),
    to: Uint32Array.from(to),
    weights: Float64Array.from(weights),
  });
  return { sure: asEdges(parts.sure), loose: asEdges(parts.loose) };
}

/**
 * These rows, and those that list one of them. Of all others, the forest has the edges to their listed
 * neighbours, or better ones: they were there, and are no shorter than they were.
 */
function aroundThese({ memory }: Pass, rows: ReadonlySet<number>): Set<number> {
  const { kept, nearRows } = memory;
  const around = new Set(rows);
  for (let place = 0; place < nearRows.length; place++)
    if (rows.has(nearRows[place] as number)) around.add(Math.floor(place / kept));
  return around;
}

/** Adds what pairs between components of the edges that are sure bring, whatever their rows. */
async function reconnect(pass: Pass, forest: Edges, sure: Edges): Promise<Edges> {
  const { size, tiles } = pass.memory;
  pass.findComponents(sure);
  // Rows of a component side by side, so that most tiles need not be looked into.
  const together = spanningForest(size, { ...sure, weights: sure.weights.map(() => -1) }, forest);
  pass.arrange(pass.compareWith(together));
  pass.compareWith(forest);
  return pass.join(forest, { first: size, right: tiles, from: 0, to: tiles }, 0.7, {
    across: true,
  });
}

/** The first places with all. */
function withAll(pass: Pass, first: number): Tiles {
  const { tiles } = pass.memory;
  return { first, right: tiles, from: 0, to: tiles };
}

function everyRow(size: number): Uint32Array {
  return Uint32Array.from({ length: size }, (_, row) => row);
}
