import { expect, test } from 'vitest';
import { marksTooFew } from '../../../engine/requests/marks-too-few.ts';

test('it says how many pairs of each kind are missing', () => {
  expect(marksTooFew({ alike: 7, notAlike: 4 }, 5, 'To tell so').message).toBe(
    'To tell so it takes at least 5 marks of each kind, and there are 7 of alike and 4 of not-alike photos. Mark 1 more pair as not alike.',
  );
});

test('where faces are compared, it tells of marks that cannot be used, and how they could be', () => {
  expect(marksTooFew({ alike: 0, notAlike: 5, withoutFace: 27 }, 5, 'To tell so').message).toMatch(
    /27 more are of photos without a face: leave methods out that compare faces, or mark 5 more pairs as alike\.$/,
  );
});
