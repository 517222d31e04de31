/** Who answers for a package: taken from package.json, and never made up. */
import { expect, test } from 'vitest';
import { installers } from '../../../build/desktop/installers.ts';
import { makerOf, whyNoDeb } from '../../../build/desktop/maker.ts';

const author = 'Ada Lovelace <ada@example.org>';
const homepage = 'https://example.org/lookalike';

test.each([
  { author, homepage },
  { author: `${author} (https://example.org)`, homepage },
  { author: { name: 'Ada', email: 'ada@example.org' }, homepage },
])('a deb is made where both are there: %o', (project) => {
  expect(whyNoDeb(project)).toBeNull();
  expect(makerOf({ ...project, name: 'lookalike' })).toEqual(project);
});

test.each([
  [{}, ['author', 'homepage']],
  [{ author }, ['homepage']],
  [{ homepage }, ['author']],
  [{ author: 'Ada', homepage }, ['author']],
  [{ author: '<ada@example.org>', homepage }, ['author']],
  [{ author: { name: 'Ada' }, homepage }, ['author']],
  [{ author, homepage: 'example.org' }, ['homepage']],
  [{ author, homepage: 'file:///home' }, ['homepage']],
])('without, a sentence says what to put where: %o', (project, missing) => {
  const why = whyNoDeb(project) ?? '';
  expect([...why.matchAll(/"(author|homepage)":/g)].map(([, field]) => field)).toEqual(missing);
  expect(why).toContain('package.json');
});

test('a system that needs no such thing gets its package in any case', () => {
  const places = { staged: 'staged', output: 'output', electronDist: null };
  expect(installers({ ...places, deb: true }).linux?.target).toEqual(['AppImage', 'deb']);
  expect(installers({ ...places, deb: false }).linux?.target).toEqual(['AppImage']);
});
