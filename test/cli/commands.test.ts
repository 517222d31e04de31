/** The commands on a real library: real photos, real processes, real model. */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  ClustersDocument,
  EvaluationDocument,
  ExportDocument,
  IndexDocument,
  InfoDocument,
  LookalikesDocument,
  MapDocument,
  ProblemsDocument,
} from '../../engine/contract.ts';
import { openLibrary } from '../../engine/library.ts';
import { openForReading } from '../../engine/store/database.ts';
import { Reader } from '../../engine/store/reader.ts';
import { schemaErrors } from '../engine/export/validate.ts';
import { drawPhoto, themes } from './photos.ts';
import { run, type Ended } from './run.ts';

const PER_THEME = 5;
/** So many that some are still to be done when the first are stored. */
const MANY = 100;
const strangeName = 'stripes "2"\n📷.jpg';

let folder: string;
let photos: string;
let library: string;

/** The command on the library of these tests. */
const lookalike = (...args: string[]): Promise<Ended> => run([...args, '--library', library]);

/** The one document that the command printed, checked against its schema. */
async function documentOf<Document>(name: string, ...args: string[]): Promise<Document> {
  const { code, stdout, stderr } = await lookalike(...args, '--json');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const document: unknown = JSON.parse(stdout);
  expect(schemaErrors(name, document)).toEqual([]);
  return document as Document;
}

/** Fails with 1, says `sentence` on stderr and nothing on stdout. */
function expectFailure({ code, stdout, stderr }: Ended, sentence: string): void {
  expect(stderr).toContain(sentence);
  expect(stderr).not.toContain('    at ');
  expect(stdout).toBe('');
  expect(code).toBe(1);
}

const themeOf = (path: string): string => basename(dirname(path));

let firstIndex: Ended;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookalike-cli-'));
  photos = join(folder, 'photos');
  library = join(folder, 'library');
  for (const theme of themes)
    for (let variant = 0; variant < PER_THEME; variant++)
      await drawPhoto(join(photos, theme, `${variant}.jpg`), theme, variant);
  await drawPhoto(join(photos, 'stripes', strangeName), 'stripes', 9);
  await copyFile(join(photos, 'forest', '0.jpg'), join(photos, 'forest', 'copy of 0.jpg'));
  await writeFile(join(photos, 'empty.jpg'), '');
  await writeFile(join(photos, 'text.jpg'), 'This is no picture.');
  firstIndex = await lookalike('index', photos, '--json');
});
afterAll(() => rm(folder, { recursive: true }));

const indexed = themes.length * PER_THEME + 2;

describe('index', () => {
  it('counts what it did; files that cannot be read are no failure', () => {
    expect(firstIndex.code).toBe(0);
    const document = JSON.parse(firstIndex.stdout) as IndexDocument;
    expect(schemaErrors('index', document)).toEqual([]);
    expect(document).toMatchObject({ found: indexed + 2, indexed, unchanged: 0, failed: 2 });
  });

  it('without folders brings those it knows up to date', async () => {
    const document = await documentOf<IndexDocument>('index', 'index');
    expect(document).toMatchObject({ found: indexed + 2, indexed: 0, unchanged: indexed });
  });

  it('tells people where to look for what could not be read', async () => {
    const { code, stdout } = await lookalike('index');
    expect(code).toBe(0);
    expect(stdout).toContain(`${indexed + 2} photos found`);
    expect(stdout).toContain('2 files could not be read; "lookalike problems" lists them.');
  });

  it.each([
    ['a folder that is missing', () => join(folder, 'nowhere'), 'nowhere'],
    ['a file', () => join(photos, 'text.jpg'), 'text.jpg'],
  ])('refuses %s', async (_what, path, named) => {
    expectFailure(await lookalike('index', path(), '--json'), named);
  });

  it('indexes the other folders when one is missing, and still ends with 1', async () => {
    const other = join(folder, 'other library');
    const one = join(folder, 'one');
    await drawPhoto(join(one, 'a.jpg'), 'targets', 7);
    const args = ['index', join(folder, 'nowhere'), one, '--json', '--library', other];
    const { code, stdout, stderr } = await run(args);
    expect(code).toBe(1);
    expect(stderr).toContain('nowhere');
    expect(JSON.parse(stdout)).toMatchObject({ found: 1, indexed: 1 });
  });

  it('says that a folder is empty or without photos, which is no failure', async () => {
    const other = join(folder, 'third library');
    const empty = join(folder, 'empty');
    const papers = join(folder, 'papers');
    await mkdir(empty);
    await mkdir(papers);
    await writeFile(join(papers, 'letter.txt'), 'Dear reader');
    const args = ['index', empty, papers, '--json', '--library', other];
    const { code, stdout, stderr } = await run(args);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ found: 0, indexed: 0, failed: 0 });
    expect(stderr).toContain(empty);
    expect(stderr).toContain(papers);
  });

  it('without any folder says which command to run', async () => {
    const other = join(folder, 'fourth library');
    const ended = await run(['index', '--library', other]);
    expectFailure(ended, 'lookalike index FOLDER');
  });
});

describe('similar', () => {
  it('finds five of the same theme, the photo itself and its copies not among them', async () => {
    const query = join(photos, 'forest', '0.jpg');
    const document = await documentOf<LookalikesDocument>('lookalikes', 'similar', query);
    expect(document.query.path).toBe(query);
    expect(document.copies).toEqual([join(photos, 'forest', 'copy of 0.jpg')]);
    expect(document.lookalikes.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5]);
    const themesFound = document.lookalikes
      .slice(0, PER_THEME - 1)
      .map(({ path }) => themeOf(path));
    expect(themesFound).toEqual(Array(PER_THEME - 1).fill('forest'));
    const similarities = document.lookalikes.map(({ similarity }) => similarity);
    expect(similarities).toEqual([...similarities].sort((a, b) => b - a));
  });

  it('takes a photo from outside the library, by a relative path', async () => {
    const outside = join(folder, 'outside');
    await drawPhoto(join(outside, 'query.jpg'), 'targets', 8);
    const args = ['similar', 'query.jpg', '-k', '3', '--json', '--library', library];
    const { code, stdout } = await run(args, { cwd: outside });
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as LookalikesDocument;
    expect(document.query.path).toBe(join(outside, 'query.jpg'));
    expect(document.lookalikes.map(({ path }) => themeOf(path))).toEqual(Array(3).fill('targets'));
  });

  it('gives all there are when asked for more', async () => {
    const query = join(photos, 'stripes', '0.jpg');
    const document = await documentOf<LookalikesDocument>(
      'lookalikes',
      'similar',
      query,
      '-k',
      '99',
    );
    // All but the query itself, and of a photo and its copy one.
    expect(document.lookalikes).toHaveLength(indexed - 2);
    expect(document.lookalikes.map(({ path }) => path)).toContain(
      join(photos, 'stripes', strangeName),
    );
  });

  it('gives all within a distance, unless fewer are asked for', async () => {
    const query = join(photos, 'stripes', '0.jpg');
    const find = (...args: string[]): Promise<LookalikesDocument> =>
      documentOf('lookalikes', 'similar', query, ...args);
    const all = await find('-k', '99');
    const within = 1 - (all.lookalikes[7]?.similarity ?? NaN);
    const document = await find('--within', within.toFixed(12));
    expect(document.within).toBeCloseTo(within);
    expect(document.lookalikes).toEqual(all.lookalikes.slice(0, 8));
    const three = await find('--within', within.toFixed(12), '-k', '3');
    expect(three.lookalikes).toEqual(all.lookalikes.slice(0, 3));
  });

  it('takes a photo of the library by its name, and says which there are of several', async () => {
    const document = await documentOf<LookalikesDocument>('lookalikes', 'similar', strangeName);
    expect(document.query.path).toBe(join(photos, 'stripes', strangeName));
    const ended = await lookalike('similar', '1.jpg', '--json');
    for (const theme of themes) expectFailure(ended, join(photos, theme, '1.jpg'));
    const one = await documentOf<LookalikesDocument>('lookalikes', 'similar', 'targets/1.jpg');
    expect(one.query.path).toBe(join(photos, 'targets', '1.jpg'));
    expectFailure(await lookalike('similar', 'gone.jpg'), 'No photo of the library is called gone');
  });

  it('refuses an address of this machine', async () => {
    const ended = await lookalike('similar', 'http://localhost:1/a.jpg', '--json');
    expectFailure(ended, 'localhost:1 is on this machine or in the local network');
  });

  it('tells people the same, one photo a line whatever its name', async () => {
    const { code, stdout } = await lookalike(
      'similar',
      join(photos, 'stripes', '0.jpg'),
      '-k',
      '99',
    );
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    // A heading, and as many lines as there are lookalikes.
    expect(lines).toHaveLength(indexed - 1);
    expect(stdout).toContain('stripes "2"\\n📷.jpg');
  });

  it.each([
    ['text', () => join(photos, 'text.jpg')],
    ['a file without bytes', () => join(photos, 'empty.jpg')],
    ['a file that is missing', () => join(folder, 'gone.jpg')],
    ['a folder', () => photos],
  ])('refuses %s as a query', async (_what, path) => {
    expectFailure(await lookalike('similar', path(), '--json'), basename(path()));
  });

  it('says what to run when nothing is indexed yet', async () => {
    const query = join(photos, 'forest', '0.jpg');
    const ended = await run(['similar', query, '--library', join(folder, 'fifth library')]);
    expectFailure(ended, 'lookalike index FOLDER');
  });
});

describe('clusters', () => {
  it('finds the themes', async () => {
    const document = await documentOf<ClustersDocument>('clusters', 'clusters');
    expect(document.algorithm).toMatchObject({ minPhotos: 3, chosen: 'automatic' });
    expect(document.clusters.length).toBeGreaterThan(0);
    const listed = document.clusters.flatMap(({ photos: paths }) => paths).concat(document.noise);
    expect(listed).toHaveLength(indexed);
    expect(new Set(listed).size).toBe(indexed);
    for (const { size, cover, photos: paths } of document.clusters) {
      expect(paths).toHaveLength(size);
      expect(paths[0]).toBe(cover);
      expect(new Set(paths.map(themeOf)).size).toBe(1);
    }
  });

  it('takes ε and the minimum as they are given', async () => {
    const args = ['clusters', '--epsilon', '0.00001', '--min-photos', '2'];
    const document = await documentOf<ClustersDocument>('clusters', ...args);
    expect(document.algorithm).toEqual({
      name: 'dbscan',
      epsilon: 0.00001,
      minPhotos: 2,
      chosen: 'given',
    });
    // Nothing but the copy is that near; embedded in another batch, it need not be at 0.
    expect(
      document.clusters.map(({ photos: paths }) => paths.map((p) => basename(p)).sort()),
    ).toEqual([['0.jpg', 'copy of 0.jpg']]);
  });

  it('finds as many as were asked for with k-means, or as the silhouette says', async () => {
    const args = ['clusters', '--algorithm', 'k-means', '-k'];
    const given = await documentOf<ClustersDocument>('clusters', ...args, '2');
    expect(given.algorithm).toMatchObject({ name: 'k-means', k: 2, chosen: 'given' });
    expect([given.clusters.length, given.noise]).toEqual([2, []]);
    const listed = given.clusters.flatMap(({ photos: paths }) => paths);
    expect(new Set(listed).size).toBe(indexed);
    const chosen = await documentOf<ClustersDocument>('clusters', ...args, 'auto');
    expect(chosen.algorithm).toMatchObject({ k: chosen.clusters.length, chosen: 'automatic' });
  });

  it('tells people sizes and covers', async () => {
    const { code, stdout } = await lookalike('clusters', '--epsilon', 'auto');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d clusters? with \d+ photos; \d+ not in a cluster \(ε /);
  });
});

describe('map', () => {
  it('gives every photo a place, the same each time, and says how far it can be trusted', async () => {
    const document = await documentOf<MapDocument>('map', 'map', '--algorithm', 'umap');
    const info = await documentOf<InfoDocument>('info', 'info');
    expect(document.photos).toHaveLength(info.photos);
    expect(document.algorithm).toEqual({ name: 'umap', neighbours: 15, seed: 1 });
    expect(await documentOf('map', 'map', '--algorithm', 'umap')).toEqual(document);
    const { code, stdout } = await lookalike('map', '--perplexity', '5');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^A map of \d+ photos in \d+ clusters? \(t-SNE, perplexity 5, seed 1\)\.$/m,
    );
    expect(stdout).toMatch(/^Trustworthiness 0\.\d{4}: /m);
  });
});

describe('evaluate', () => {
  it('measures with the folders as labels, copies left out', async () => {
    const args = ['evaluate', '-k', '2', '--method', 'pixels', 'imagenet'];
    const document = await documentOf<EvaluationDocument>('evaluation', ...args);
    expect(document.labels).toMatchObject({ from: 'folders', classes: themes.length });
    expect(document.labels.leftOut.copies).toBe(1);
    expect(document.split).toMatchObject({ kind: 'held-out', seed: 1, queries: themes.length });
    expect(document.methods.map(({ id }) => id)).toEqual(['pixels', 'imagenet']);
    expect(document.methods[1]?.precisionAt1).toBeGreaterThan(0.5);
  });

  it('takes labels from a file, and tells people what it could not use', async () => {
    const file = join(folder, 'labels.csv');
    const rows = themes.flatMap((theme) =>
      ['0.jpg', '1.jpg'].map((name) => `${theme}/${name},${theme}`),
    );
    await writeFile(file, `\ufeffpath,label\r\n${rows.join('\r\n')}\r\nnowhere.jpg,cat\r\n`);
    const args = ['--labels', file, '--leave-one-out', '-k', '1', '--method', 'imagenet'];
    const { code, stdout, stderr } = await lookalike('evaluate', ...args);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain(
      `${2 * themes.length} photos with ${themes.length} labels (from ${file})`,
    );
    expect(stdout).toMatch(/^imagenet( +[01]\.\d{3}){3} +\d+\.\d ms$/m);
    expect(stdout).toContain(`  line ${rows.length + 2}: nowhere.jpg`);
  });

  it('refuses a file that is missing, or is no text', async () => {
    const missing = join(folder, 'none.csv');
    expectFailure(await lookalike('evaluate', '--labels', missing), `There is no file ${missing}.`);
    const photo = join(photos, 'forest', '0.jpg');
    expectFailure(await lookalike('evaluate', '--labels', photo, '--json'), 'not text in UTF-8');
  });
});

describe('train', () => {
  it('takes labels from a file, and leaves out what an evaluation will ask for', async () => {
    const file = join(folder, 'kinds.csv');
    const rows = Array.from(
      { length: themes.length * 2 },
      (_, i) => `${themes[i % themes.length] ?? ''}/${i < themes.length ? 0 : 1}.jpg,kind ${i % 2}`,
    );
    await writeFile(file, rows.join('\n'));
    // They are too few; of six, one of each label was left out.
    const few = await lookalike('train', 'triplet', '--labels', file, '--hold-out');
    expectFailure(few, 'needs at least 20 photos, and there are 4.');
    const none = join(folder, 'none.csv');
    expectFailure(
      await lookalike('train', 'triplet', '--labels', none),
      `There is no file ${none}.`,
    );
  });
});

describe('attributes', () => {
  it('are learnt from a file, and until then there is nothing to describe photos by', async () => {
    expectFailure(
      await lookalike('describe', '--attribute', 'hat=1'),
      'have to be trained on a list of photos and their attributes',
    );
    expectFailure(await lookalike('train', 'attributes'), 'a list is needed');
    const file = join(folder, 'attributes.csv');
    const rows = Array.from(
      { length: themes.length * 2 },
      (_, i) => `${themes[i % themes.length] ?? ''}/${i < themes.length ? 0 : 1}.jpg,${i % 2}`,
    );
    await writeFile(file, ['photo,hat', ...rows].join('\n'));
    expectFailure(
      await lookalike('train', 'attributes', '--labels', file, '--loss', 'cosine'),
      'needs at least 20 photos, and there are 6.',
    );
  });
});

describe('export', () => {
  it('writes the whole library as one valid document, and says where', async () => {
    const out = join(folder, 'exports', 'library.json');
    await mkdir(dirname(out));
    const written = await documentOf<{ path: string; bytes: number }>(
      'exported',
      'export',
      '--out',
      out,
    );
    const text = await readFile(out, 'utf8');
    expect(written).toMatchObject({ path: out, bytes: Buffer.byteLength(text) });
    expect(await readdir(dirname(out))).toEqual(['library.json']);
    const document = JSON.parse(text) as ExportDocument;
    expect(schemaErrors('export', document)).toEqual([]);
    expect(document.photos).toHaveLength(indexed);
    for (const photo of document.photos) {
      expect(photo.lookalikes).toHaveLength(5);
      expect(photo.lookalikes.map(({ path }) => path)).not.toContain(photo.path);
      const home = document.clusters.find(({ photos: paths }) => paths.includes(photo.path));
      expect(photo.cluster).toBe(home?.id ?? null);
    }
  });

  it('fails with a sentence where it cannot write', async () => {
    const out = join(folder, 'no such folder', 'x.json');
    expectFailure(await lookalike('export', '--json', '--out', out), 'no such folder');
    expectFailure(await lookalike('export', '--out', folder), 'is a folder');
  });
});

describe('problems and info', () => {
  it('problems lists the file, a code and the reason', async () => {
    const { problems } = await documentOf<ProblemsDocument>('problems', 'problems');
    const told = problems.map(({ path, code }) => [path, code]);
    expect(told.sort()).toEqual([
      [join(photos, 'empty.jpg'), 'photo-empty'],
      [join(photos, 'text.jpg'), 'not-a-photo'],
    ]);
    const { stdout } = await lookalike('problems');
    for (const { path, message } of problems) expect(stdout).toContain(`${path}\n    ${message}\n`);
  });

  it('info tells what the library holds', async () => {
    const info = await documentOf<InfoDocument>('info', 'info');
    expect(info.library).toBe(library);
    expect(info.folders).toEqual([{ path: photos, photos: indexed, offline: false }]);
    expect(info).toMatchObject({ photos: indexed, problems: 2 });
    expect((await lookalike('info')).stdout).toContain(`Library     ${library}\n`);
  });
});

describe('the process', () => {
  it('says that the library is open elsewhere', async () => {
    const elsewhere = await openLibrary({ folder: library });
    try {
      expectFailure(await lookalike('info', '--json'), 'has this library open');
    } finally {
      await elsewhere.close();
    }
  });

  it('ends quietly when the reader of its output goes away', async () => {
    const { code, stderr } = await run(
      ['similar', join(photos, 'forest', '0.jpg'), '--library', library],
      {
        onStart: ({ stdout }) => stdout?.destroy(),
      },
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  it('keeps its default library in the user’s data folder', async () => {
    const data = join(folder, 'data');
    const { code, stdout } = await run(['info', '--json'], { env: { XDG_DATA_HOME: data } });
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as InfoDocument).library).toBe(join(data, 'lookalike'));
  });

  it('stops at Ctrl-C with 130, leaves no process behind, and goes on the next time', async () => {
    const many = join(folder, 'many');
    for (let variant = 0; variant < MANY; variant++)
      await drawPhoto(join(many, `${variant}.jpg`), themes[variant % 3] ?? 'forest', variant);
    const other = join(folder, 'stopped library');
    let group = 0;
    const { code, stdout, stderr } = await run(['index', many, '--json', '--library', other], {
      onStart: ({ pid = 0 }) => {
        group = pid;
        void pressCtrlC(pid, join(other, 'library.db'));
      },
    });
    expect(stderr.split('\n').at(-2)).toBe('Stopped. Nothing that was done so far is lost.');
    expect(stdout).toBe('');
    expect(code).toBe(130);
    await expect.poll(() => groupIsAlive(group)).toBe(false);

    const again = await run(['index', '--json', '--library', other]);
    expect(again.code).toBe(0);
    const { found, indexed: now, unchanged, failed } = JSON.parse(again.stdout) as IndexDocument;
    expect({ found, failed, all: now + unchanged }).toEqual({ found: MANY, failed: 0, all: MANY });
    expect(unchanged).toBeGreaterThan(0);
  });
});

/** Ctrl-C reaches all processes of a terminal's group. It comes when the first photos are stored. */
async function pressCtrlC(group: number, database: string): Promise<void> {
  await expect.poll(() => photosIn(database), { interval: 20, timeout: 20_000 }).toBeGreaterThan(0);
  process.kill(-group, 'SIGINT');
}

function photosIn(database: string): number {
  if (!existsSync(database)) return 0;
  try {
    const readable = openForReading(database);
    const count = new Reader(readable).photoCount();
    readable.close();
    return count;
  } catch {
    // It is only just being made.
    return 0;
  }
}

function groupIsAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}
