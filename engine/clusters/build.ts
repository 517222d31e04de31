/**
 * The first pass over a library.
 *
 * 1. Rows are rotated (see `rotation.ts`), rounded (see `bounds.ts`) and put into an order in which near
 *    ones are close.
 * 2. The nearest rows of each are found: first among those close in some such orders, then among all pairs,
 *    most of them sorted out by their bounds.
 * 3. Those make a forest, which a few more edges connect. Its *bottlenecks* say of every pair from which
 *    distance on it is of no use any more, because the forest connects its rows at a lower level.
 * 4. Pairs again, now in the order of the forest's leaves: those of rows whose listed neighbours do not
 *    say enough (see `join-side.ts`), and of them only the few below their bottleneck are multiplied
 *    exactly. Those between rows that are close in that order come first, and what they improve makes
 *    the bounds of the others tighter.
 *
 * So most of the time goes into the bounds of step 2, of each pair once: half of it into their sums, at
 * 18 ns a pair in plain arithmetic, a quarter into what is multiplied exactly. Tried without gain: fewer
 * numbers in a bound (128 and 112 leave more pairs) and more (176), a round in which rows meet the
 * neighbours of their neighbours before, and balls around groups of rows.
 */
import type { Metric } from '../search/metric.ts';
import { Crew } from './crew.ts';
import { noEdges, type Edges } from './forest.ts';
import { listedFor, type Hierarchy, type Pace } from './hierarchy.ts';
import { localOrder } from './locality.ts';
import { Pass } from './pass.ts';
import { planPass, type PassPlan } from './pass-memory.ts';

/**
 * The first directions of orders whose tiles are looked into before all pairs are: more neighbours are
 * known from the beginning then, so that a third less pairs have to be multiplied.
 */
const otherOrders = [8, 16, 24];
/** Below this, a rotation takes longer than it saves. */
const fewRows = 1000;

export interface HierarchyForm {
  size: number;
  dimensions: number;
  metric: Metric;
  /** At least 1. */
  minPhotos: number;
  threads: number;
}

/** @param rows see `PassPlan` */
export function planBuild({ minPhotos, ...form }: HierarchyForm, rows: Float32Array): PassPlan {
  return planPass({ ...form, kept: listedFor(minPhotos), whole: form.size < fewRows }, rows);
}

/** @param crew made for the plan above */
export async function build(crew: Crew, minPhotos: number, pace: Pace): Promise<Hierarchy> {
  const pass = new Pass(crew, minPhotos, pace);
  const { memory } = pass;
  const { size, tiles, nearRows, nearDistances } = memory;
  nearRows.fill(-1);
  nearDistances.fill(Infinity);
  await pass.round(0.05);
  if (!memory.boundsForm.isWhole)
    for (const direction of otherOrders) {
      pass.arrange(await localOrder(memory, pass.pause, direction));
      await pass.near({ first: size, right: tiles, from: 0, to: 1 }, 0.08);
    }
  pass.arrange(await localOrder(memory, pass.pause));
  const all = { first: size, right: tiles, from: 0, to: tiles };
  await pass.near(all, 0.5);
  pass.findCores();
  return pass.hierarchy(size < minPhotos ? noEdges : await forestOf(pass));
}

async function forestOf(pass: Pass): Promise<Edges> {
  const { size, tiles } = pass.memory;
  let forest = await pass.connect(pass.nearForest(rowsOf(size)), 0.55);
  pass.arrange(pass.compareWith(forest));
  const close = Math.ceil(tiles / 16);
  forest = await pass.join(forest, { first: size, right: tiles, from: 0, to: close }, 0.65, {
    listed: true,
  });
  pass.compareWith(forest);
  return pass.join(forest, { first: size, right: tiles, from: close, to: tiles }, 1, {
    listed: true,
  });
}

function* rowsOf(size: number): Iterable<number> {
  for (let row = 0; row < size; row++) yield row;
}

/**
 * The whole in this thread.
 * @param rows float32 [size × dimensions], as the metric wants them
 */
export async function buildHierarchy(
  rows: Float32Array,
  form: HierarchyForm,
  pace: Pace,
): Promise<Hierarchy> {
  const crew = new Crew(planBuild(form, rows));
  try {
    return await build(crew, form.minPhotos, pace);
  } finally {
    crew.close();
  }
}
