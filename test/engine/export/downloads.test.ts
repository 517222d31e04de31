import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  downloadsFolder,
  writeToDownloads,
  type Surroundings,
} from '../../../engine/export/downloads.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lookalike-home-'));
});
afterEach(() => rm(home, { recursive: true }));

const surroundings = (platform: NodeJS.Platform = 'linux'): Surroundings => ({
  home,
  platform,
  env: {},
});

async function userDirs(text: string, config = join(home, '.config')): Promise<void> {
  await mkdir(config, { recursive: true });
  await writeFile(join(config, 'user-dirs.dirs'), text);
}

describe('downloadsFolder', () => {
  it('is Downloads in the home folder', async () => {
    await mkdir(join(home, 'Downloads'));
    expect(await downloadsFolder(surroundings('darwin'))).toBe(join(home, 'Downloads'));
    expect(await downloadsFolder(surroundings('linux'))).toBe(join(home, 'Downloads'));
  });

  it('is the home folder where there is no Downloads', async () => {
    expect(await downloadsFolder(surroundings())).toBe(home);
  });

  it('is what the XDG user directories say on Linux, and only there', async () => {
    await mkdir(join(home, 'Téléchargements'));
    await mkdir(join(home, 'Downloads'));
    await userDirs(
      '# a comment\nXDG_DESKTOP_DIR="$HOME/Bureau"\nXDG_DOWNLOAD_DIR="$HOME/Téléchargements"\n',
    );
    expect(await downloadsFolder(surroundings('linux'))).toBe(join(home, 'Téléchargements'));
    expect(await downloadsFolder(surroundings('darwin'))).toBe(join(home, 'Downloads'));
  });

  it('reads an absolute path, and the file where XDG_CONFIG_HOME says', async () => {
    const elsewhere = join(home, 'my "disk"');
    await mkdir(elsewhere);
    const config = join(home, 'configuration');
    await userDirs(`XDG_DOWNLOAD_DIR="${elsewhere.replaceAll('"', '\\"')}"\n`, config);
    const env = { XDG_CONFIG_HOME: config };
    expect(await downloadsFolder({ ...surroundings(), env })).toBe(elsewhere);
  });

  it('passes over a folder that is named but not there', async () => {
    await mkdir(join(home, 'Downloads'));
    await userDirs('XDG_DOWNLOAD_DIR="$HOME/Gone"\n');
    expect(await downloadsFolder(surroundings())).toBe(join(home, 'Downloads'));
  });
});

describe('writeToDownloads', () => {
  const now = new Date(2026, 10, 22, 5, 3);

  it('names the file after the moment and never takes a name twice', async () => {
    const written = await Promise.all(
      ['a', 'b', 'c'].map((text) => writeToDownloads([text], now, surroundings())),
    );
    expect((await readdir(home)).sort()).toEqual([
      'lookalike-2026-11-22-0503-2.json',
      'lookalike-2026-11-22-0503-3.json',
      'lookalike-2026-11-22-0503.json',
    ]);
    const texts = await Promise.all(written.map(({ path }) => readFile(path, 'utf8')));
    expect(texts).toEqual(['a', 'b', 'c']);
  });

  it('leaves nothing behind when the source fails', async () => {
    const broken = (function* (): Generator<string> {
      yield '{';
      throw new Error('the source broke');
    })();
    await expect(writeToDownloads(broken, now, surroundings())).rejects.toThrow('broke');
    expect(await readdir(home)).toEqual([]);
  });
});
