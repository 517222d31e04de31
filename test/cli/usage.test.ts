import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { run } from './run.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookalike-usage-'));
});
afterAll(() => rm(folder, { recursive: true }));

const wholeK = 'The number of lookalikes is a whole number of at least 1';
const wholeMinimum = 'The minimum of photos is a whole number of at least 1';
const kRange = 'The number of clusters is "auto" or a whole number of at least 1';
const epsilonRange = 'Epsilon is "auto" or a number from 0 to 2';

describe('wrong usage ends with 2, a sentence and nothing on stdout', () => {
  it.each([
    ['', 'Usage: lookalike'],
    ['simlar a.jpg', "unknown command 'simlar'"],
    ['similar', "missing required argument 'photo'"],
    ['similar a.jpg b.jpg', 'too many arguments'],
    ['similar a.jpg -k', 'argument missing'],
    ['similar a.jpg -k 0', wholeK],
    ['similar a.jpg -k -1', wholeK],
    ['similar a.jpg -k 1.5', wholeK],
    ['similar a.jpg -k x', wholeK],
    ['similar a.jpg -k 5x', wholeK],
    ['similar a.jpg --within 2.1', 'The largest distance is a number from 0 to 2'],
    ['clusters --epsilon 2.1', epsilonRange],
    ['clusters --epsilon -0.1', epsilonRange],
    ['clusters --epsilon wide', epsilonRange],
    ['clusters --min-photos 0', wholeMinimum],
    ['clusters --json --min-photos 2.5', wholeMinimum],
    ['clusters --algorithm k-medoids', 'Allowed choices are dbscan, k-means'],
    ['clusters --algorithm k-means -k 0', kRange],
    ['clusters --algorithm k-means -k many', kRange],
    ['clusters -k 4', '-k belongs to --algorithm k-means, not to dbscan'],
    ['clusters --algorithm k-means --epsilon 0.4', '--epsilon belongs to --algorithm dbscan'],
    ['clusters --algorithm k-means -k auto --min-photos 3', '--min-photos belongs to --algorithm'],
    ['map --perplexity 1', 'The perplexity is a number from 2 to 100'],
    ['map --algorithm umap --neighbours 2.5', 'The number of neighbours is a whole number'],
    ['map --neighbours 9', '--neighbours belongs to --algorithm umap, not to t-sne'],
    ['evaluate -k 0', wholeK],
    ['evaluate --seed -1', 'The seed is a whole number of at least 0'],
    ['evaluate --seed 1.5', 'The seed is a whole number of at least 0'],
    ['evaluate --labels=', 'The path is empty'],
    ['export', "required option '--out <file>' not specified"],
    ['info --jsn', "unknown option '--jsn'"],
    ['info more', 'too many arguments'],
    ['index --library=', 'The path is empty'],
    ['serve --port x', 'port'],
    ['serve --nothing', "unknown option '--nothing'"],
  ])('lookalike %s', async (words, sentence) => {
    const args = words.split(' ').filter(Boolean);
    const library = join(folder, 'library');
    const env = { XDG_DATA_HOME: library, HOME: library };
    const { code, stdout, stderr } = await run(args, { cwd: folder, env });
    expect(stderr).toContain(sentence);
    expect(stdout).toBe('');
    expect(code).toBe(2);
    // Nothing was begun: the library was not even made.
    expect(existsSync(library)).toBe(false);
  });
});

describe('help', () => {
  it('names every command, and ends with 0', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    for (const name of [
      'index',
      'similar',
      'clusters',
      'map',
      'evaluate',
      'export',
      'problems',
      'info',
      'serve',
    ])
      expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  });

  it.each(['index', 'similar', 'clusters', 'map', 'evaluate', 'export', 'problems', 'info'])(
    'of %s tells --library and --json',
    async (name) => {
      const { code, stdout } = await run([name, '--help']);
      expect(code).toBe(0);
      expect(stdout).toContain('--library');
      expect(stdout).toContain('--json');
    },
  );

  it.each(['index', 'similar', 'clusters', 'export', 'problems', 'info', 'serve'])(
    'of %s tells each default once',
    async (name) => {
      const { stdout } = await run([name, '--help']);
      for (const option of stdout.split(/^ {2}(?=-)/m))
        expect(option.match(/\(default/g)?.length ?? 0, option).toBeLessThanOrEqual(1);
      expect(stdout.includes('(default: auto)')).toBe(name === 'clusters');
    },
  );

  it('of serve comes from the program behind it', async () => {
    const { code, stdout } = await run(['serve', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--port');
    expect(stdout).toContain('--library');
  });

  it('and the version is that of the package', async () => {
    expect(await run(['--version'])).toMatchObject({ code: 0, stdout: `${packageJson.version}\n` });
  });
});
