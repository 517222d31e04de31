/** How well pairs are told apart: by its definition, and how far its intervals can be trusted. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { measurePairs, newcombe, weightedArea } from '../../../engine/evaluation/pairs.ts';
import { Random } from '../../../engine/random.ts';

const pause = (): Promise<void> => Promise.resolve();

/** Every alike pair against every other one. */
function areaByDefinition(pairs: readonly (readonly [number, boolean, number])[]): number {
  let [won, all] = [0, 0];
  for (const [a, isAlike, times] of pairs)
    for (const [b, other, timesOther] of pairs) {
      if (!isAlike || other) continue;
      all += times * timesOther;
      won += times * timesOther * (a > b ? 1 : a === b ? 0.5 : 0);
    }
  return won / all;
}

it('the area is how often an alike pair is the more similar one, ties half, by weight', () => {
  // Few different similarities, so that there are ties.
  const pair = fc.tuple(fc.nat({ max: 5 }), fc.boolean(), fc.nat({ max: 3 }));
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 30 }), (pairs) => {
      const area = weightedArea(
        pairs.map(([similarity]) => similarity),
        pairs.map(([, alike]) => alike),
        pairs.map(([, , weight]) => weight),
      );
      const expected = areaByDefinition(pairs);
      if (Number.isNaN(expected)) expect(area).toBeNaN();
      else expect(area).toBeCloseTo(expected, 10);
    }),
  );
});

it("the ends of Newcombe's interval are a standard error of their own away, and it says less of fewer pairs", () => {
  // Of an area A of m and n pairs, with N = (m + n) / 2 − 1.
  const error = (a: number, m: number, n: number): number =>
    Math.sqrt(
      ((a * (1 - a)) / (m * n)) * (1 + ((m + n) / 2 - 1) * ((1 - a) / (2 - a) + a / (1 + a))),
    );
  const { low, high } = newcombe(0.8, 20, 30);
  expect(0.8 - low).toBeCloseTo(1.959964 * error(low, 20, 30), 6);
  expect(high - 0.8).toBeCloseTo(1.959964 * error(high, 20, 30), 6);
  const perfect = [5, 20, 100].map((count) => newcombe(1, count, count));
  for (const { high: top } of perfect) expect(top).toBeCloseTo(1, 6);
  expect(perfect[0]?.low).toBeLessThan(0.75);
  expect(perfect.map((one) => one.low)).toEqual(perfect.map((one) => one.low).toSorted());
  expect(newcombe(0, 20, 20).high).toBeCloseTo(1 - newcombe(1, 20, 20).low, 6);
});

/** Pairs of normal similarities, of alike ones `shift` higher; each photo adds what is its own. */
function drawn(random: Random, count: number, shift: number, own: number) {
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const photos = Array.from({ length: count }, normal);
  const pairs = { first: [] as number[], second: [] as number[], alike: [] as boolean[] };
  const similarities: number[] = [];
  for (let pair = 0; pair < count * 2; pair++) {
    const [a, b] = [random.integer(0, count - 1), random.integer(0, count - 1)];
    const alike = pair % 2 === 0;
    pairs.first.push(a);
    pairs.second.push(b);
    pairs.alike.push(alike);
    const both = ((photos[a] ?? 0) + (photos[b] ?? 0)) * Math.sqrt(own / 2);
    similarities.push((alike ? shift : 0) + both + normal() * Math.sqrt(1 - own));
  }
  return { pairs, similarities };
}

it('19 of 20 intervals hold the true area, and no fewer where pairs share photos', async () => {
  // Two normals of variance 1, 1 apart: Φ(1 / √2).
  const truth = 0.76025;
  for (const own of [0, 0.5]) {
    let held = 0;
    const trials = 40;
    for (let trial = 0; trial < trials; trial++) {
      const { pairs, similarities } = drawn(new Random('trial', own, trial), 25, 1, own);
      const { measures } = await measurePairs(pairs, [{ similarities, mayWin: true }], 1, pause);
      const { low = NaN, high = NaN } = measures[0]?.interval ?? {};
      if (low <= truth && truth <= high) held += 1;
    }
    expect(held).toBeGreaterThanOrEqual(trials * 0.9);
  }
});

it('a method that is better by far wins, one that is as good may be as good, and one that learnt cannot win', async () => {
  const { pairs, similarities } = drawn(new Random('better'), 80, 2, 0);
  const random = new Random('noise');
  const nearly = similarities.map((similarity) => similarity + random.between(-0.1, 0.1));
  const guesses = similarities.map(() => random.next());
  const perfect = pairs.alike.map(Number);
  const of = (values: number[], mayWin = true) => ({ similarities: values, mayWin });
  const methods = [of(guesses), of(similarities), of(nearly), of(perfect, false)];
  const { measures, best } = await measurePairs(pairs, methods, 1, pause);
  expect([1, 2]).toContain(best);
  expect(measures[3]?.area).toBe(1);
  expect(measures[0]?.behind.low).toBeGreaterThan(0);
  expect(measures[0]?.interval.low).toBeLessThan(0.5);
  expect(measures[best === 1 ? 2 : 1]?.behind.low).toBeLessThanOrEqual(0);
  expect(measures[best]?.behind).toEqual({ low: 0, high: 0 });
  // The same seed gives the same.
  expect(await measurePairs(pairs, methods, 1, pause)).toEqual({ measures, best });
});

it('photos with marks of both kinds tell the share of them in order; without such there is none', async () => {
  const pairs = { first: [1, 1, 1, 5], second: [2, 3, 4, 6], alike: [true, false, false, true] };
  const similarities = [0.5, 0.4, 0.6, 0.1];
  const { measures } = await measurePairs(pairs, [{ similarities, mayWin: true }], 1, pause);
  expect(measures[0]).toMatchObject({ ordered: 0.5, anchors: 1 });
  const apart = { first: [1, 3], second: [2, 4], alike: [true, false] };
  const none = await measurePairs(apart, [{ similarities: [1, 0], mayWin: true }], 1, pause);
  expect(none.measures[0]).toMatchObject({ ordered: null, anchors: 0, area: 1 });
});
