import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { browse, toAbsolute } from '../../../engine/photos/browse.ts';
import { temporaryFolder } from '../../support/photos.ts';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let root: string;

beforeEach(async () => {
  temporary = await temporaryFolder();
  root = temporary.path;
});
afterEach(() => temporary[Symbol.asyncDispose]());

describe('browsing', () => {
  it('shows the folders by name, numbers in their order, and counts the photos', async () => {
    for (const name of ['trip 10', 'trip 9', 'Äpfel', 'zoo', '.hidden', '@eaDir'])
      await mkdir(join(root, name));
    for (const name of ['a.jpg', 'b.PNG', '.c.jpg', 'notes.txt', 'zoo/inside.jpg'])
      await writeFile(join(root, name), '');
    const { folders, photos, path, parent } = await browse(root);
    expect(folders.map(({ name }) => name)).toEqual(['Äpfel', 'trip 9', 'trip 10', 'zoo']);
    expect(folders[1]?.path).toBe(join(root, 'trip 9'));
    expect(photos).toBe(2);
    expect(path).toBe(root);
    expect(parent).toBe(resolve(root, '..'));
  });

  it('shows no links and no names that nobody could type', async () => {
    await mkdir(join(root, 'real'));
    await symlink(root, join(root, 'loop'));
    // Not every file system takes a name that is no UTF-8; where it does, it is left out.
    await mkdir(Buffer.from(`${root}/ann\xe9e`, 'latin1')).catch(() => undefined);
    expect((await browse(root)).folders.map(({ name }) => name)).toEqual(['real']);
  });

  it('begins in the home folder, and offers only places that are there', async () => {
    const { path, places } = await browse(null);
    expect(path).toBe(homedir());
    expect(places).toContainEqual({ name: 'Home', path: homedir() });
    for (const place of places) expect((await browse(place.path)).path).toBe(place.path);
  });

  it('ends at the top', async () => {
    expect((await browse(resolve('/'))).parent).toBeNull();
  });

  it('every folder that it shows can be browsed, whatever its name', async () => {
    const names = ['ends with a space ', `"quotes"`, 'new\nline', '~', '🏔️'];
    for (const name of names) await mkdir(join(root, name));
    const { folders } = await browse(root);
    expect(folders).toHaveLength(names.length);
    for (const { path } of folders)
      expect(await browse(path)).toMatchObject({ path, parent: root, folders: [], photos: 0 });
  });

  it('says what is wrong with a path', async () => {
    await writeFile(join(root, 'a.jpg'), '');
    await expect(browse(join(root, 'gone'))).rejects.toMatchObject({ code: 'folder-missing' });
    await expect(browse(join(root, 'a.jpg'))).rejects.toMatchObject({ code: 'folder-is-file' });
  });
});

describe('a path that was typed', () => {
  it.each([
    ['~', homedir()],
    ['~/Pictures', join(homedir(), 'Pictures')],
    ['  ~/Pictures\n', join(homedir(), 'Pictures')],
    ['"/photos/from a terminal"', resolve('/photos/from a terminal')],
    [" '/photos/x' ", resolve('/photos/x')],
    ['"~/Pictures"', join(homedir(), 'Pictures')],
    ['file:///photos/with%20a%20space%20%C3%A9', resolve('/photos/with a space é')],
    [' "file:///photos" ', resolve('/photos')],
    ['/photos/"quoted"', resolve('/photos/"quoted"')],
    [resolve('/photos/'), resolve('/photos')],
    [resolve('/photos/ends with a space '), resolve('/photos/ends with a space ')],
  ])('%j becomes absolute', (typed, expected) => {
    expect(toAbsolute(typed)).toBe(expected);
  });

  // It would mean a folder below wherever the program was started.
  it.each([
    'photos',
    ' ./photos/../photos ',
    '~someone',
    '""',
    '"/photos',
    'file://elsewhere/photos',
    'file:///a%2Fb',
    'https://example.org/photos',
  ])('%j is refused with a sentence', (typed) => {
    expect(() => toAbsolute(typed)).toThrow(
      expect.objectContaining({
        code: 'request-invalid',
        message: expect.stringContaining('from its beginning') as string,
      }),
    );
  });
});
