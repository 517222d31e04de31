import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { planFolder, type Plan } from '../../../engine/indexing/plan.ts';
import type { FoundFile, Walk } from '../../../engine/photos/walk.ts';
import type { KnownPhoto, ProblemRow } from '../../../engine/store/reader.ts';

const folder = { id: 7, path: '/photos' };

function walked(files: FoundFile[], more: Partial<Walk> = {}): Walk {
  return { files, problems: [], unreadable: [], empty: false, ...more };
}

function file(relativePath: string, modifiedAt = 1, bytes = 10): FoundFile {
  return { relativePath, bytes, modifiedAt };
}

function known(relativePath: string, more: Partial<KnownPhoto> = {}): KnownPhoto {
  const id = relativePath.length;
  return { id, relativePath, bytes: 10, modifiedAt: 1, sha256: 'a', hasVector: true, ...more };
}

function problem(relativePath: string, code: ProblemRow['code']): ProblemRow {
  return { folderId: 7, relativePath, bytes: 10, modifiedAt: 1, code, message: '' };
}

/** Hands over the known photos one at a time, as the library hands over pages of them. */
function planned(found: Walk, photos: KnownPhoto[], problems: ProblemRow[]): Promise<Plan> {
  return planFolder(folder, found, Readable.from(photos.map((photo) => [photo])), problems);
}

function candidates(plan: Plan): string[] {
  return plan.candidates.map(({ relativePath }) => relativePath);
}

test('a file that is as it was is not looked at', async () => {
  const plan = await planned(walked([file('a.jpg')]), [known('a.jpg')], []);
  expect(plan).toEqual({ candidates: [], unchanged: 1, stillFailing: 0, missing: [], solved: [] });
});

test.each([
  ['new', file('b.jpg'), null],
  ['touched', file('a.jpg', 2), known('a.jpg')],
  ['of another size', file('a.jpg', 1, 11), known('a.jpg')],
])('a file that is %s is looked at', async (_, found, before) => {
  const plan = await planned(walked([found]), before ? [before] : [], []);
  expect(plan.candidates).toEqual([{ ...found, folderId: 7, root: '/photos', known: before }]);
  expect(plan.unchanged).toBe(0);
});

test('a photo without a vector is looked at although its file is as it was', async () => {
  const before = known('a.jpg', { hasVector: false });
  const plan = await planned(walked([file('a.jpg')]), [before], []);
  expect(candidates(plan)).toEqual(['a.jpg']);
});

describe('problems', () => {
  test('a file that could not be decoded is not tried again as long as it is the same', async () => {
    const problems = [problem('a.jpg', 'photo-unreadable'), problem('b.jpg', 'photo-unreadable')];
    const plan = await planned(walked([file('a.jpg'), file('b.jpg', 2)]), [], problems);
    expect(plan.stillFailing).toBe(1);
    expect(candidates(plan)).toEqual(['b.jpg']);
  });

  test.each(['photo-access', 'photo-no-vector'] as const)('%s is tried again', async (code) => {
    const plan = await planned(walked([file('a.jpg')]), [], [problem('a.jpg', code)]);
    expect(candidates(plan)).toEqual(['a.jpg']);
  });

  test('a damaged photo is unchanged, not failing', async () => {
    const damaged = [problem('a.jpg', 'photo-damaged')];
    const plan = await planned(walked([file('a.jpg')]), [known('a.jpg')], damaged);
    expect(plan).toMatchObject({ unchanged: 1, stillFailing: 0, solved: [] });
  });

  test('is solved when its file is gone', async () => {
    const plan = await planned(walked([]), [], [problem('a.jpg', 'photo-empty')]);
    expect(plan.solved).toEqual(['a.jpg']);
  });
});

test('a photo whose file is gone is missing', async () => {
  const plan = await planned(walked([file('b.jpg')]), [known('a.jpg')], []);
  expect(plan.missing).toEqual([known('a.jpg')]);
});

test('nothing is said about what is below a subfolder that cannot be read', async () => {
  const unreadable = walked([], { unreadable: ['closed'] });
  const photos = [known('closed/a.jpg'), known('closed too/b.jpg')];
  const problems = [problem('closed/c.jpg', 'photo-empty')];
  const plan = await planned(unreadable, photos, problems);
  expect(plan.missing.map(({ relativePath }) => relativePath)).toEqual(['closed too/b.jpg']);
  expect(plan.solved).toEqual([]);
});
