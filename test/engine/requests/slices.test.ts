import fc from 'fast-check';
import { expect, test } from 'vitest';
import { slices, sortInSlices } from '../../../engine/requests/slices.ts';

test('sorting in slices gives what Array.sort gives, equal ones in the order they came', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 5000 }),
      async (keys) => {
        const items = keys.map((key, index) => ({ key, index }));
        const before = [...items];
        const sorted = await sortInSlices(items, (a, b) => a.key - b.key, slices());
        expect(sorted).toEqual(items.toSorted((a, b) => a.key - b.key));
        expect(items).toEqual(before);
      },
    ),
    { numRuns: 30 },
  );
});

test('other things happen while long work goes on', async () => {
  const breathe = slices();
  const seen: string[] = [];
  setImmediate(() => seen.push('something else'));
  const end = performance.now() + 200;
  while (performance.now() < end && seen.length === 0) await breathe();
  expect(seen).toEqual(['something else']);
});
