import { execFile, execFileSync } from 'node:child_process';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeDocument, writeError } from '../../../engine/export/write.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookalike-write-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Yields a piece and then fails, as a source does whose database breaks. */
async function* breaksOff(): AsyncGenerator<string> {
  yield await Promise.resolve('{"begun":');
  throw new Error('the source broke');
}

describe('writeDocument', () => {
  it('writes all pieces in order, as UTF-8, and says where and how many bytes', async () => {
    const path = join(folder, 'Ünïcode 📷.json');
    const piece = 'é📷'.repeat(30_000);
    expect(await writeDocument(path, [piece, 'middle', piece, 'end'])).toEqual({
      path,
      bytes: Buffer.byteLength(piece) * 2 + 9,
    });
    expect(await readFile(path, 'utf8')).toBe(`${piece}middle${piece}end`);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('takes a relative path and answers with the absolute one', async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      const { path } = await writeDocument('here.json', ['x']);
      expect(path).toBe(join(process.cwd(), 'here.json'));
      expect(await readFile(path, 'utf8')).toBe('x');
    } finally {
      process.chdir(before);
    }
  });

  it('replaces an older file, but only once the new one is whole', async () => {
    const path = join(folder, 'out.json');
    await writeFile(path, 'old');
    await writeDocument(
      path,
      (async function* () {
        yield 'n';
        expect(await readFile(path, 'utf8')).toBe('old');
        yield 'ew';
      })(),
    );
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  it('keeps the old file and leaves nothing behind when the source fails', async () => {
    const path = join(folder, 'out.json');
    await writeFile(path, 'old');
    await expect(writeDocument(path, breaksOff())).rejects.toThrow('the source broke');
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['out.json']);
  });

  it('replaces what a symbolic link points to, not the link', async () => {
    const real = join(folder, 'real.json');
    const link = join(folder, 'link.json');
    await writeFile(real, 'old');
    await symlink(real, link);
    expect((await writeDocument(link, ['new'])).path).toBe(link);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readFile(real, 'utf8')).toBe('new');
  });

  it('refuses a folder', async () => {
    await expect(writeDocument(folder, ['x'])).rejects.toMatchObject({
      code: 'export-failed',
      message: `${folder} is a folder. Name a file to export to.`,
    });
  });

  // A pipe of our own, never a real device: a mistake in the code would replace it.
  it('refuses what is neither file nor folder', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await expect(writeDocument(pipe, ['x'])).rejects.toMatchObject({
      code: 'export-failed',
      message: `${pipe} is not an ordinary file. Name a file to export to.`,
    });
    expect((await lstat(pipe)).isFIFO()).toBe(true);
  });

  it('refuses a folder that does not exist, by its name', async () => {
    const missing = join(folder, 'missing');
    await expect(writeDocument(join(missing, 'out.json'), ['x'])).rejects.toMatchObject({
      code: 'export-failed',
      message: `The folder ${missing} does not exist. Make it first, or export to another folder.`,
    });
  });

  it('refuses a folder of the system that takes no files, without calling it missing', async ({
    skip,
  }) => {
    skip(process.platform !== 'linux', 'only Linux has /proc');
    await expect(writeDocument('/proc/out.json', ['x'])).rejects.toMatchObject({
      code: 'export-failed',
      message: 'No file can be made in the folder /proc. Export to another folder.',
    });
  });

  it('refuses a name that is too long for the disk, and leaves nothing behind', async () => {
    const name = `${'long'.repeat(70)}.json`;
    await expect(writeDocument(join(folder, name), ['x'])).rejects.toMatchObject({
      code: 'export-failed',
      message: `The name ${name} is too long for this disk. Export to a shorter one.`,
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a path through a file', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(writeDocument(join(file, 'out.json'), ['x'])).rejects.toMatchObject({
      code: 'export-failed',
      message: `${file} is not a folder. Export to another place.`,
    });
  });

  it('refuses a read-only file and a read-only folder', async ({ skip }) => {
    skip(process.getuid?.() === 0, 'the administrator may write everywhere');
    const file = join(folder, 'out.json');
    await writeFile(file, 'old', { mode: 0o444 });
    await expect(writeDocument(file, ['x'])).rejects.toMatchObject({ code: 'export-failed' });
    const closed = join(folder, 'closed');
    await mkdir(closed);
    await chmod(closed, 0o555);
    await expect(writeDocument(join(closed, 'out.json'), ['x'])).rejects.toMatchObject({
      code: 'export-failed',
    });
  });

  /** Whether a small disk of our own can be mounted here: Linux, and user namespaces allowed. */
  const canMount = ((): boolean => {
    try {
      execFileSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  })();

  it.skipIf(!canMount)(
    'says that the disk is full and leaves nothing half written on it',
    async () => {
      const script = `
      import { readdirSync } from 'node:fs';
      import { writeDocument } from ${JSON.stringify(new URL('../../../engine/export/write.ts', import.meta.url))};
      const error = await writeDocument('/mnt/out.json', ['x'.repeat(200_000)]).catch((e) => e);
      console.log(JSON.stringify({ code: error.code, message: error.message, left: readdirSync('/mnt') }));`;
      const { stdout } = await promisify(execFile)('unshare', [
        '-rm',
        'sh',
        '-c',
        'mount -t tmpfs -o size=64k none /mnt && exec "$0" --input-type=module-typescript -e "$1"',
        process.execPath,
        script,
      ]);
      expect(JSON.parse(stdout)).toEqual({
        code: 'disk-full',
        message:
          'No room is left on the disk for /mnt/out.json. Free some, or export to another disk.',
        left: [],
      });
    },
  );
});

describe('writeError', () => {
  const error = (code: string): Error => Object.assign(new Error(`system: ${code}`), { code });

  it.each([
    ['ENOSPC', 'disk-full', 'No room is left'],
    ['EDQUOT', 'disk-full', 'No room is left'],
    ['EACCES', 'export-failed', 'may not be written'],
    ['EROFS', 'export-failed', 'its disk is read-only'],
    ['EIO', 'export-failed', 'system: EIO'],
  ])('says in words what %s means', (system, code, words) => {
    const told = writeError('/somewhere/out.json', error(system));
    expect(told.code).toBe(code);
    expect(told.message).toContain(words);
    expect(told.message).toContain('/somewhere/out.json');
  });
});
