import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, rename, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { checkFolder, walk, type Walk } from '../../../engine/photos/walk.ts';
import { giveToAnybody, runAsAnybody } from '../../support/anybody.ts';
import { temporaryFolder } from '../../support/photos.ts';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let root: string;

beforeEach(async () => {
  temporary = await temporaryFolder();
  root = join(temporary.path, 'photos');
  await mkdir(root);
});
afterEach(() => temporary[Symbol.asyncDispose]());

/** Makes files below the folder, with the folders that they need. */
async function put(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), path);
  }
}

function pathsOf({ files }: Walk): string[] {
  return files.map(({ relativePath }) => relativePath).sort();
}

describe('what is found', () => {
  it('are the photo files of the folder and its subfolders, with size and time', async () => {
    await put('a.jpg', 'summer/b.PNG', 'summer/sea/c.tiff', 'notes.txt', 'summer/film.mp4');
    const time = new Date('2020-02-03T04:05:06.789Z');
    await utimes(join(root, 'summer/b.PNG'), time, time);
    const found = await walk(root);
    expect(pathsOf(found)).toEqual(['a.jpg', 'summer/b.PNG', 'summer/sea/c.tiff']);
    expect(found.files.find(({ relativePath }) => relativePath === 'summer/b.PNG')).toEqual({
      relativePath: 'summer/b.PNG',
      bytes: 'summer/b.PNG'.length,
      modifiedAt: time.getTime(),
    });
    expect(found).toMatchObject({ problems: [], unreadable: [], empty: false });
  });

  it('has every end that photo files have, in any case', async () => {
    const names = 'jpg JPEG jpe jfif png webp avif gif tif TIFF heic HEIF'
      .split(' ')
      .map((end) => `x.${end}`);
    await put(...names, 'x.svg', 'x.pdf', 'x.bmp', 'jpg', 'x.jpg.bak');
    expect(pathsOf(await walk(root))).toEqual(names.sort());
  });

  it('is in order within a folder', async () => {
    await put('c.jpg', 'a.jpg', 'b.jpg');
    const { files } = await walk(root);
    expect(files.map(({ relativePath }) => relativePath)).toEqual(['a.jpg', 'b.jpg', 'c.jpg']);
  });

  it('is nothing hidden and nothing of the system', async () => {
    await put('.hidden.jpg', '.cache/a.jpg', '$RECYCLE.BIN/b.jpg', '@eaDir/c.jpg');
    await put('System Volume Information/d.jpg', '__MACOSX/e.jpg', 'lost+found/f.jpg');
    await put('deep/.thumbnails/g.jpg', 'node_modules/h.jpg', '._i.jpg', 'kept/j.jpg');
    const found = await walk(root);
    expect(pathsOf(found)).toEqual(['kept/j.jpg']);
    expect(found.problems).toEqual([]);
  });

  it('is found when it may go on, and not before', async () => {
    await put(...Array.from({ length: 80 }, (_, n) => `${n}.jpg`));
    let asked = 0;
    const mayGoOn = (): Promise<void> => {
      asked += 1;
      return asked < 2 ? Promise.resolve() : Promise.reject(new Error('not now'));
    };
    await expect(walk(root, { mayGoOn })).rejects.toThrow('not now');
    expect(asked).toBe(2);
  });

  it('leaves out subfolders that are folders of the library themselves', async () => {
    await put('a.jpg', 'other/b.jpg', 'third/other/c.jpg');
    const found = await walk(root, { except: new Set([root, join(root, 'other')]) });
    expect(pathsOf(found)).toEqual(['a.jpg', 'third/other/c.jpg']);
  });

  it('is no pipe that only has the name of a photo', async (context) => {
    if (process.platform === 'win32') context.skip('this system has no named pipes in folders');
    execFileSync('mkfifo', [join(root, 'pipe.jpg')]);
    await mkdir(join(root, 'folder.jpg'));
    await put('a.jpg');
    expect(pathsOf(await walk(root))).toEqual(['a.jpg']);
  });

  it('may be 20,000 files', async () => {
    for (let i = 0; i < 20_000; i++) {
      if (i % 5000 === 0) await mkdir(join(root, `f${i / 5000}`));
      writeFileSync(join(root, `f${Math.floor(i / 5000)}`, `${i}.jpg`), '');
    }
    const told: number[] = [];
    const { files } = await walk(root, { onFound: (found) => told.push(found) });
    expect(new Set(files.map(({ relativePath }) => relativePath)).size).toBe(20_000);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBe(20_000);
  }, 120_000);

  it('may be 100 folders deep', async () => {
    const path = `${'d/'.repeat(100)}a.jpg`;
    await put(path);
    expect(pathsOf(await walk(root))).toEqual([path]);
  });
});

describe('symbolic links', () => {
  it('are not followed: out of the folder, to the folder itself, to a file, to nothing', async () => {
    const outside = join(temporary.path, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'secret.jpg'), '');
    await put('a.jpg', 'sub/b.jpg');
    await symlink(outside, join(root, 'out'));
    await symlink(root, join(root, 'sub', 'loop'));
    await symlink('itself.jpg', join(root, 'itself.jpg'));
    await symlink(join(outside, 'secret.jpg'), join(root, 'link.jpg'));
    await symlink(join(root, 'gone.jpg'), join(root, 'dangling.jpg'));
    const found = await walk(root);
    expect(pathsOf(found)).toEqual(['a.jpg', 'sub/b.jpg']);
    expect(found.problems).toEqual([]);
  });

  it('may be what the person chose as the folder', async () => {
    await put('a.jpg');
    const link = join(temporary.path, 'link');
    await symlink(root, link);
    expect(pathsOf(await walk(link))).toEqual(['a.jpg']);
  });
});

describe('names', () => {
  it('may hold anything that is text', async () => {
    const names = [
      `it's "quoted".jpg`,
      'two\nlines.jpg',
      'tab\there.jpg',
      '🏔️ émigré 東京.jpg',
      ' spaces .jpg',
      '%2e%2e.jpg',
      '-rf.jpg',
      'back\\slash.jpg',
      '*?[a].jpg',
    ].sort();
    await put(...names.map((name) => `folder "q"\n🎉/${name}`));
    const found = await walk(root);
    expect(pathsOf(found)).toEqual(names.map((name) => `folder "q"\n🎉/${name}`));
    expect(found.problems).toEqual([]);
  });

  it('that are no text are problems, each by itself, and cost nothing else', async (context) => {
    await put('a.jpg', 'z/b.jpg');
    const bytes = (name: string): Buffer =>
      Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, 'latin1')]);
    try {
      await writeFile(bytes('caf\xe9.jpg'), '');
    } catch {
      context.skip('the file system here takes no names that are no UTF-8');
    }
    await writeFile(bytes('caf\xe8.jpg'), '');
    await writeFile(bytes('\xff.txt'), '');
    await mkdir(bytes('ann\xe9e'));
    await writeFile(bytes('ann\xe9e/inside.jpg'), '');
    const found = await walk(root);
    expect(pathsOf(found)).toEqual(['a.jpg', 'z/b.jpg']);
    const problems = found.problems.map(({ relativePath, isPhoto, error: { code } }) => ({
      relativePath,
      isPhoto,
      code,
    }));
    expect(problems).toHaveLength(3);
    expect(problems).toEqual(
      expect.arrayContaining([
        { relativePath: 'caf\\xe9.jpg', isPhoto: true, code: 'name-not-text' },
        { relativePath: 'caf\\xe8.jpg', isPhoto: true, code: 'name-not-text' },
        { relativePath: 'ann\\xe9e', isPhoto: false, code: 'name-not-text' },
      ]),
    );
    expect(found.problems[0]?.error.message).toMatch(/Rename it to include it\.$/);
  });
});

describe('a folder that cannot be walked', () => {
  it('is missing', async () => {
    for (const path of [join(root, 'gone'), `${root}\0`, join(root, 'x'.repeat(300))]) {
      const expected = {
        code: 'folder-missing',
        message: expect.stringMatching(/^There is no folder .*\. Check the name, or/s) as string,
      };
      await expect(walk(path)).rejects.toMatchObject(expected);
      await expect(checkFolder(path)).rejects.toMatchObject(expected);
    }
  });

  it('is a file', async () => {
    await put('a.jpg');
    await expect(walk(join(root, 'a.jpg'))).rejects.toMatchObject({
      code: 'folder-is-file',
      message: `${join(root, 'a.jpg')} is a file. Choose the folder that holds it.`,
    });
  });

  it('is empty, which is no error', async () => {
    expect(await walk(root)).toEqual({ files: [], problems: [], unreadable: [], empty: true });
  });

  it('holds no photos, which is no error either', async () => {
    await put('notes.txt', 'more/notes.txt');
    expect(await walk(root)).toEqual({ files: [], problems: [], unreadable: [], empty: false });
  });
});

describe('rights', () => {
  /** Walks as a person without special rights: what the system's owner may read says nothing. */
  async function walkAsAnybody(context: TestContext): Promise<{ walked?: Walk; code?: string }> {
    await chmod(temporary.path, 0o755);
    const module = new URL('../../../engine/photos/walk.ts', import.meta.url).href;
    const answer = await runAsAnybody(
      context,
      `import { walk } from ${JSON.stringify(module)};
      const result = await walk(${JSON.stringify(root)}).then((walked) => ({ walked }), ({ code }) => ({ code }));
      console.log(JSON.stringify(result));`,
    );
    return answer as { walked?: Walk; code?: string };
  }

  it('a subfolder that may not be read is told, and costs nothing else', async (context) => {
    await put('a.jpg', 'closed/b.jpg', 'open/c.jpg', 'open/closed/d.jpg');
    await chmod(join(root, 'closed'), 0);
    await chmod(join(root, 'open/closed'), 0);
    const { walked } = await walkAsAnybody(context);
    await chmod(join(root, 'closed'), 0o700);
    await chmod(join(root, 'open/closed'), 0o700);
    expect(walked && pathsOf(walked)).toEqual(['a.jpg', 'open/c.jpg']);
    expect(walked?.unreadable.sort()).toEqual(['closed', 'open/closed']);
    expect(walked?.problems).toHaveLength(2);
    expect(walked?.problems).toContainEqual({
      relativePath: 'open/closed',
      isPhoto: false,
      error: {
        code: 'folder-access',
        message: 'This folder may not be read, so the photos in it are not looked at.',
      },
    });
  });

  it('photos in a folder that may be listed but not entered are told one by one', async (context) => {
    await put('listed/a.jpg', 'listed/b.jpg', 'c.jpg');
    await giveToAnybody(join(root, 'listed'));
    await chmod(join(root, 'listed'), 0o400);
    const { walked } = await walkAsAnybody(context);
    await chmod(join(root, 'listed'), 0o700);
    expect(walked && pathsOf(walked)).toEqual(['c.jpg']);
    expect(walked?.unreadable).toEqual([]);
    expect(walked?.problems).toMatchObject([
      { relativePath: 'listed/a.jpg', isPhoto: true, error: { code: 'photo-access' } },
      { relativePath: 'listed/b.jpg', isPhoto: true, error: { code: 'photo-access' } },
    ]);
  });

  it('a folder that may not be read is an error', async (context) => {
    await chmod(root, 0);
    const result = await walkAsAnybody(context);
    await chmod(root, 0o700);
    expect(result).toEqual({ code: 'folder-access' });
  });
});

describe('what changes during the walk', () => {
  /** Runs something after the first report, between two looks at the disk. */
  function afterFirstReport(action: () => void): () => void {
    let told = false;
    return () => {
      if (!told) action();
      told = true;
    };
  }

  it('a subfolder that vanishes is simply not there', async () => {
    await put('a.jpg', 'one/b.jpg', 'two/c.jpg', 'two/deep/d.jpg');
    // The first report comes when the folder itself is read and its subfolders are not.
    await put(...Array.from({ length: 3 }, (_, i) => `top-${i}.jpg`));
    const found = await walk(root, {
      onFound: afterFirstReport(() => {
        rmSync(join(root, 'two'), { recursive: true });
      }),
    });
    expect(pathsOf(found)).toEqual(['a.jpg', 'one/b.jpg', 'top-0.jpg', 'top-1.jpg', 'top-2.jpg']);
    expect(found).toMatchObject({ problems: [], unreadable: [] });
  });

  it('a subfolder that becomes a file is no problem', async () => {
    await put('a.jpg', 'one/b.jpg');
    const found = await walk(root, {
      onFound: afterFirstReport(() => {
        rmSync(join(root, 'one'), { recursive: true });
        writeFileSync(join(root, 'one'), '');
      }),
    });
    expect(pathsOf(found)).toEqual(['a.jpg']);
    expect(found).toMatchObject({ problems: [], unreadable: [] });
  });

  it('the folder itself may vanish: the walk ends with what it has seen', async () => {
    await put('a.jpg', 'one/b.jpg', 'two/c.jpg');
    const found = await walk(root, {
      onFound: afterFirstReport(() => {
        rmSync(root, { recursive: true });
      }),
    });
    expect(pathsOf(found)).toEqual(['a.jpg']);
    await expect(checkFolder(root)).rejects.toMatchObject({ code: 'folder-missing' });
  });

  it('files that are deleted or renamed before they are looked at are not there', async () => {
    const names = Array.from({ length: 100 }, (_, i) => `${String(i).padStart(3, '0')}.jpg`);
    await put(...names);
    let renamed: Promise<void> | undefined;
    const found = await walk(root, {
      onFound: afterFirstReport(() => {
        rmSync(join(root, '098.jpg'));
        rmSync(join(root, '099.jpg'));
        renamed = rename(join(root, '000.jpg'), join(root, 'z.jpg'));
      }),
    });
    await renamed;
    expect(pathsOf(found)).toEqual(names.slice(0, 98));
    expect(found.problems).toEqual([]);
  });

  it('a walk is stopped by its signal', async () => {
    await put('a.jpg', 'one/b.jpg');
    const abort = new AbortController();
    const reason = new Error('stopped by the person');
    const walking = walk(root, {
      signal: abort.signal,
      onFound: () => {
        abort.abort(reason);
      },
    });
    await expect(walking).rejects.toBe(reason);
  });
});
