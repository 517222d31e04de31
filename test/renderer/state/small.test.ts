/** The small pieces of state: notices, compare, choosing a folder, problems, facts, export. */
import { describe, expect, test, vi } from 'vitest';
import { LookalikeError } from '../../../engine/errors.ts';
import { ChallengeSettings } from '../../../renderer/state/challenge.svelte.ts';
import { crumbsOf, FolderChooser } from '../../../renderer/state/chooser.svelte.ts';
import { CompareView } from '../../../renderer/state/compare.svelte.ts';
import { Export } from '../../../renderer/state/export.svelte.ts';
import { factsOf } from '../../../renderer/state/facts.ts';
import { Memory, Places } from '../../../renderer/state/memory.ts';
import { Notices, readingTime } from '../../../renderer/state/notices.svelte.ts';
import { problemLines, type Problem } from '../../../renderer/state/problems.ts';
import { queryFolders } from '../../../renderer/state/query-folders.ts';
import { emptyStorage, FakeHost, later } from '../fake-client.ts';
import { details } from './details.ts';

describe('notices', () => {
  test('the same bad news is shown once, and at most four at a time', () => {
    const notices = new Notices();
    for (const text of ['a', 'b', 'a', 'c', 'd', 'e']) notices.warn(text);
    expect(notices.list.map(({ text }) => text)).toEqual(['b', 'c', 'd', 'e']);
    notices.dismiss(notices.list[0]?.id ?? -1);
    expect(notices.list.map(({ text }) => text)).toEqual(['c', 'd', 'e']);
  });

  test('a mistake of the program is told in a sentence, and to the console in full', () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const notices = new Notices();
    const mistake = new TypeError('x is undefined');
    notices.fail(mistake);
    expect(notices.list[0]?.text).not.toContain('undefined');
    expect(log).toHaveBeenCalledWith(mistake);
    notices.fail(new LookalikeError('disk-full', 'No room is left on the disk.'));
    expect(notices.list[1]?.text).toBe('No room is left on the disk.');
    expect(log).toHaveBeenCalledTimes(1);
    log.mockRestore();
  });

  test('what is mended is withdrawn, and nothing else', () => {
    const notices = new Notices();
    notices.warn('a', 'picture');
    notices.fail(new LookalikeError('disk-full', 'b'));
    notices.withdraw(({ about }) => about === 'picture');
    expect(notices.list).toMatchObject([{ text: 'b', about: 'disk-full' }]);
  });

  test('longer messages stay longer', () => {
    expect(readingTime('one two three four five')).toBeGreaterThan(readingTime('one'));
  });
});

describe('compare', () => {
  test('what is under the pointer stays under it while zooming', () => {
    const compare = new CompareView();
    const under = (p: number, at: number): number => (p - at) / compare.zoom;
    compare.zoomAt(3, 100, -40);
    const before = [under(250, compare.x), under(80, compare.y)];
    compare.zoomAt(2, 250, 80);
    expect([under(250, compare.x), under(80, compare.y)]).toEqual([
      expect.closeTo(before[0] ?? NaN),
      expect.closeTo(before[1] ?? NaN),
    ]);
  });

  test('photos are never smaller than whole, and whole ones do not move', () => {
    const compare = new CompareView();
    compare.zoomAt(0.1, 50, 50);
    expect(compare.zoom).toBe(1);
    compare.pan(300, 300, 800, 600);
    expect([compare.x, compare.y]).toEqual([0, 0]);
  });

  test('photos cannot be moved out of sight', () => {
    const compare = new CompareView();
    compare.zoomAt(2, 0, 0);
    compare.pan(9999, -9999, 800, 600);
    expect([compare.x, compare.y]).toEqual([400, -300]);
    compare.reset();
    expect([compare.zoom, compare.x, compare.y]).toEqual([1, 0, 0]);
  });

  test('the divider stays inside', () => {
    const compare = new CompareView();
    compare.slide(1.4);
    expect(compare.divider).toBe(1);
    compare.slide(-0.2);
    expect(compare.divider).toBe(0);
  });
});

test('where someone was in a grid outlives the page, for each grid by itself', () => {
  const storage = emptyStorage();
  const place = { anchor: 7, offset: -20.5, active: null };
  new Places(storage).set('#/photos', place);
  const after = new Places(storage);
  expect(after.get('#/photos')).toEqual(place);
  expect(after.get('cluster 1')).toBeNull();
  after.set('#/photos', null);
  expect(after.get('#/photos')).toBeNull();
});

describe('choosing a folder', () => {
  test.each([
    ['/', ['/']],
    ['/home/anna', ['/', '/home', '/home/anna']],
    ['C:\\Users\\Anna', ['C:\\', 'C:\\Users', 'C:\\Users\\Anna']],
    ['', []],
  ])('every folder on the way to "%s" is a step', (path, paths) => {
    expect(crumbsOf(path).map((crumb) => crumb.path)).toEqual(paths);
  });

  test('what cannot be opened leaves the list as it is, and says why', async () => {
    const host = new FakeHost({
      'folders.browse': ({ path }) => {
        if (path === '/nope')
          throw new LookalikeError('folder-missing', 'There is no folder /nope.');
        return { path: '/home', parent: '/', places: [], folders: [], photos: 2 };
      },
    });
    const chooser = new FolderChooser(host);
    expect(await chooser.open(null)).toBe(true);
    expect(chooser.typed).toBe('/home');
    chooser.typed = '/nope';
    expect(await chooser.open('/nope')).toBe(false);
    expect(chooser.problem).toBe('There is no folder /nope.');
    expect(chooser.listing?.path).toBe('/home');
    expect(chooser.typed).toBe('/nope');
    await chooser.open('/home');
    expect(chooser.problem).toBe('');
  });

  test('what is typed while the first folder is still opened stays', async () => {
    const listing = { path: '/home', parent: '/', places: [], folders: [], photos: 2 };
    const slow = later<typeof listing>();
    const chooser = new FolderChooser(new FakeHost({ 'folders.browse': () => slow.promise }));
    const opening = chooser.open(null);
    chooser.typed = '/photos';
    slow.answer(listing);
    expect(await opening).toBe(true);
    expect([chooser.listing?.path, chooser.wanted]).toEqual(['/home', '/photos']);
  });

  test('a folder that was walked to keeps the spaces of its name', async () => {
    const path = '/ends with a space ';
    const host = new FakeHost({
      'folders.browse': () => ({ path, parent: '/', places: [], folders: [], photos: 2 }),
      'folders.add': () => ({ id: 4, path, name: 'x', photos: 0, offline: false }),
    });
    const chooser = new FolderChooser(host);
    await chooser.open(path);
    expect(chooser.wanted).toBe(path);
    await chooser.add();
    expect(host.asked.at(-1)?.params).toEqual({ path });
  });

  test('the path that was typed is added, and a refusal is told', async () => {
    const host = new FakeHost({
      'folders.add': ({ path }) => {
        if (path === '/empty') throw new LookalikeError('folder-empty', 'It holds nothing.');
        return { id: 4, path, name: 'x', photos: 0, offline: false };
      },
    });
    const chooser = new FolderChooser(host);
    chooser.typed = ' /photos ';
    expect((await chooser.add())?.id).toBe(4);
    expect(host.asked.at(-1)?.params).toEqual({ path: '/photos' });
    chooser.typed = '/empty';
    expect(await chooser.add()).toBeNull();
    expect(chooser.problem).toBe('It holds nothing.');
  });
});

test('problems are grouped by reason, those with most files first', () => {
  const problem = (path: string, code: Problem['code']): Problem => ({
    path,
    folder: 1,
    code,
    message: '',
    photo: null,
  });
  const lines = problemLines([
    problem('/a/1.jpg', 'not-a-photo'),
    problem('/a/2.tif', 'photo-damaged'),
    problem('C:\\a\\3.tif', 'photo-damaged'),
  ]);
  expect(lines.map((line) => (line.kind === 'reason' ? line.code : line.name))).toEqual([
    'photo-damaged',
    '2.tif',
    '3.tif',
    'not-a-photo',
    '1.jpg',
  ]);
  expect(lines[2]).toMatchObject({ folder: 'C:\\a' });
});

test.each([
  ['/a/one\\two.jpg', '/a', 'one\\two.jpg'],
  ['C:\\a\\3.tif', 'C:\\a', '3.tif'],
  ['\\\\disk\\a\\3.tif', '\\\\disk\\a', '3.tif'],
])('the name of %s is what follows its last separator', (path, folder, name) => {
  const [, line] = problemLines([
    { path, folder: 1, code: 'photo-damaged', message: '', photo: null },
  ]);
  expect(line).toMatchObject({ folder, name });
});

test('facts stand beside each other, and what is not known is a dash', () => {
  const outside = { name: 'x.png', width: 10, height: 20 };
  const facts = factsOf(outside, details(1, { takenAt: 0 }));
  expect(facts.find(({ name }) => name === 'Where')).toEqual({
    name: 'Where',
    first: '–',
    second: 'Pictures › Africa',
  });
  expect(facts.find(({ name }) => name === 'Size')?.first).toBe('–');
  expect(facts.find(({ name }) => name === 'Dimensions')?.first).toBe('10 × 20');
});

describe('export', () => {
  test('goes to the downloads folder unless a path is given', async () => {
    const host = new FakeHost({
      'export.write': ({ path }) => ({ path: path ?? '/downloads/lookalike.json', bytes: 10 }),
    });
    const work = new Export(host);
    await work.write({ kind: 'library' });
    expect(work.written?.path).toBe('/downloads/lookalike.json');
    work.place = 'path';
    expect(work.ready).toBe(false);
    work.path = '/tmp/x.json';
    expect(work.ready).toBe(true);
    await work.write({ kind: 'clusters' });
    expect(host.asked.at(-1)?.params).toEqual({
      document: { kind: 'clusters' },
      path: '/tmp/x.json',
    });
  });

  test('says why it failed, and can be tried again', async () => {
    const host = new FakeHost({
      'export.write': () => {
        throw new LookalikeError('disk-full', 'No room is left on the disk.');
      },
    });
    const work = new Export(host);
    await work.write({ kind: 'library' });
    expect(work.written).toBeNull();
    expect(work.problem).toBe('No room is left on the disk.');
    expect(work.ready).toBe(true);
  });
});

describe('the challenge format', () => {
  const roots = [
    { path: '/photos', name: 'photos' },
    { path: '/other', name: 'other' },
  ];

  test('offers every folder with photos below it and others beside it', () => {
    const groups = [
      { title: '/other', start: 0 },
      { title: '/photos/a/deep', start: 1 },
      { title: '/photos/queries', start: 4 },
    ];
    expect(queryFolders({ ids: [1, 2, 3, 4, 5, 6], groups }, roots)).toEqual([
      { path: '/other', name: 'other', photos: 1 },
      { path: '/photos', name: 'photos', photos: 5 },
      { path: '/photos/a', name: 'photos › a', photos: 3 },
      { path: '/photos/a/deep', name: 'photos › a › deep', photos: 3 },
      { path: '/photos/queries', name: 'photos › queries', photos: 2 },
    ]);
    const all = { ids: [1, 2], groups: [{ title: '/photos', start: 0 }] };
    expect(queryFolders(all, roots)).toEqual([]);
  });

  test('finds the folder that is called after queries, and keeps the name of the group', async () => {
    const groups = [
      { title: '/photos/queries of June', start: 0 },
      { title: '/photos/rest', start: 1 },
    ];
    const host = new FakeHost({ 'photos.list': () => ({ ids: [1, 2], ratios: [1, 1], groups }) });
    const memory = new Memory(emptyStorage());
    const settings = new ChallengeSettings(memory, 'pixels');
    await settings.load(host, roots);
    expect(settings.target).toBeNull();
    settings.group = ' us ';
    const target = { kind: 'challenge', group: 'us', queries: '/photos/queries of June' };
    expect(settings.target).toEqual({ ...target, k: 10, method: 'pixels' });
    settings.k = 0;
    expect(settings.target).toBeNull();
    settings.remember();
    expect(new ChallengeSettings(memory, 'pixels').group).toBe('us');
  });
});
