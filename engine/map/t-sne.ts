/**
 * t-SNE (van der Maaten, Hinton 2008) with the Barnes–Hut approximation (van der Maaten 2014): points
 * of the plane whose neighbourhoods are those of the rows. It does what scikit-learn's TSNE does with
 * its defaults: a start in the principal plane, early exaggeration, and a learning rate that grows
 * with the number of rows (Belkina et al. 2019, "Automated optimized parameters for t-distributed
 * stochastic neighbor embedding").
 */
import type { Affinities } from './affinities.ts';
import type { Pause } from './points.ts';
import { Quadtree } from './quadtree.ts';

/** First, attraction is this much stronger, so that groups find together before they push others away. */
const exaggeration = 12;
const exaggeratedTurns = 250;
const turns = 1000;
/** How far the start is spread. */
const startDeviation = 1e-4;
/** A step is never scaled down further than to this. */
const leastGain = 0.01;

/**
 * @param start float64 [size × 2], of standard deviation 1
 * @param onProgress told the share that is done, 0…1
 * @returns float64 [size × 2]
 */
export async function tSne(
  joint: Affinities,
  start: Float64Array,
  pause: Pause,
  onProgress: (share: number) => void = () => undefined,
): Promise<Float64Array> {
  const size = start.length / 2;
  const points = start.map((x) => x * startDeviation);
  if (size < 2) return points;
  const tree = new Quadtree(size);
  const gradient = new Float64Array(2 * size);
  const steps = new Float64Array(2 * size);
  const gains = new Float64Array(2 * size).fill(1);
  // n / exaggeration, and at least 200: scikit-learn's 50, whose gradient has a factor of 4 in it.
  const rate = Math.max(size / exaggeration, 200);
  for (let turn = 0; turn < turns; turn++) {
    const early = turn < exaggeratedTurns;
    await findGradient(joint, points, tree, early ? exaggeration : 1, gradient, pause);
    move(points, gradient, steps, gains, rate, early ? 0.5 : 0.8);
    onProgress((turn + 1) / turns);
    await pause();
  }
  return points;
}

/** The gradient of the Kullback–Leibler divergence, divided by 4 (2014, equation 8). */
async function findGradient(
  { starts, columns, values }: Affinities,
  points: Float64Array,
  tree: Quadtree,
  attraction: number,
  gradient: Float64Array,
  pause: Pause,
): Promise<void> {
  const size = points.length / 2;
  tree.build(points);
  const repulsion = new Float64Array(2 * size);
  const force = new Float64Array(3);
  let sum = 0;
  let sincePause = 0;
  for (const point of tree.order) {
    force.fill(0);
    tree.repel(points[2 * point] as number, points[2 * point + 1] as number, force);
    repulsion[2 * point] = force[0] as number;
    repulsion[2 * point + 1] = force[1] as number;
    // Without the point itself, for which q is 1.
    sum += (force[2] as number) - 1;
    if (++sincePause % 512 === 0) await pause();
  }
  for (let row = 0; row < size; row++) {
    const x = points[2 * row] as number;
    const y = points[2 * row + 1] as number;
    let fx = 0;
    let fy = 0;
    for (let i = starts[row] as number; i < (starts[row + 1] as number); i++) {
      const other = 2 * (columns[i] as number);
      const dx = x - (points[other] as number);
      const dy = y - (points[other + 1] as number);
      const pull = (values[i] as number) / (1 + dx * dx + dy * dy);
      fx += pull * dx;
      fy += pull * dy;
    }
    gradient[2 * row] = attraction * fx - (repulsion[2 * row] as number) / sum;
    gradient[2 * row + 1] = attraction * fy - (repulsion[2 * row + 1] as number) / sum;
    if (row % 512 === 511) await pause();
  }
}

/** A step downhill with momentum; each coordinate goes faster as long as its direction holds (Jacobs 1988). */
function move(
  points: Float64Array,
  gradient: Float64Array,
  steps: Float64Array,
  gains: Float64Array,
  rate: number,
  momentum: number,
): void {
  for (let i = 0; i < points.length; i++) {
    const slope = gradient[i] as number;
    const step = steps[i] as number;
    const gain = Math.max(
      leastGain,
      slope * step < 0 ? (gains[i] as number) + 0.2 : (gains[i] as number) * 0.8,
    );
    gains[i] = gain;
    steps[i] = momentum * step - rate * gain * slope;
    points[i] = (points[i] as number) + (steps[i] as number);
  }
}
