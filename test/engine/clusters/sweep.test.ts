import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildHierarchy } from '../../../engine/clusters/build.ts';
import { labelsAt, noise } from '../../../engine/clusters/cut.ts';
import { Sweep } from '../../../engine/clusters/sweep.ts';
import { groupedRows, seededRandom } from '../../support/vectors.ts';

const noPause = { pause: () => Promise.resolve(), onProgress: () => undefined };

test('sizes that follow from the last ε are those of the labels at each', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 120 }),
      fc.integer({ min: 1, max: 6 }),
      fc.double({ min: 0.1, max: 2, noNaN: true }),
      fc.nat(),
      async (size, minPhotos, spread, seed) => {
        const dimensions = 4;
        const rows = groupedRows(size, dimensions, seededRandom(seed), { spread });
        const form = { size, dimensions, minPhotos, metric: 'cosine', threads: 1 } as const;
        const hierarchy = await buildHierarchy(rows, form, noPause);
        const sweep = new Sweep(hierarchy);
        for (let epsilon = 0; epsilon < 1; epsilon += 0.013) {
          const sizes = new Map<number, number>();
          for (const label of labelsAt(hierarchy, epsilon))
            if (label !== noise) sizes.set(label, (sizes.get(label) ?? 0) + 1);
          const counts = [...sizes.values()];
          expect(sweep.raiseTo(epsilon)).toEqual({
            clusters: sizes.size,
            clustered: counts.reduce((sum, n) => sum + n, 0),
            squares: counts.reduce((sum, n) => sum + n * n, 0),
          });
        }
      },
    ),
    { numRuns: 60 },
  );
});
