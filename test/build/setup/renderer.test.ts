import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { buildRenderer, rendererSources } from '../../../build/setup/renderer.mjs';
import { installedProject, listedProgress, put } from '../stand-in.ts';

/** A project whose Vite writes a page, and counts how often it did. */
function projectWithVite(): string {
  const root = installedProject();
  put(root, 'renderer/vite.config.ts', '');
  put(root, 'renderer/App.svelte', '<p>one</p>');
  put(root, 'engine/contract.ts', 'export {};');
  put(root, 'node_modules/vite/package.json', '{ "type": "module" }');
  put(
    root,
    'node_modules/vite/bin/vite.js',
    `import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
     appendFileSync('builds', process.argv.slice(2).join(' ') + '\\n');
     mkdirSync('dist/renderer', { recursive: true });
     writeFileSync('dist/renderer/index.html', 'page');`,
  );
  return root;
}

const builds = (root: string): number =>
  existsSync(path.join(root, 'builds'))
    ? readFileSync(path.join(root, 'builds'), 'utf8').trim().split('\n').length
    : 0;

/** The files of the engine that those in `start` import, and all that these import in turn. */
function importedFrom(root: string, start: string): string[] {
  const seen = new Set<string>();
  const follow = (file: string): void => {
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)'/g)) {
      const name = path.relative(root, path.resolve(path.dirname(file), specifier));
      if (!name.startsWith('engine/') || seen.has(name)) continue;
      seen.add(name);
      follow(path.join(root, name));
    }
  };
  for (const name of readdirSync(start, { recursive: true, encoding: 'utf8' }))
    if (/\.(ts|svelte)$/.test(name)) follow(path.join(start, name));
  return [...seen];
}

test('the interface is built once, and not again while nothing changes', async () => {
  const root = projectWithVite();
  await buildRenderer(root, listedProgress());
  const progress = listedProgress();
  await buildRenderer(root, progress);
  expect(builds(root)).toBe(1);
  expect(progress.lines).toEqual([]);
});

test.each([
  'renderer/App.svelte',
  'renderer/parts/New.svelte',
  'engine/contract.ts',
  'engine/new-settings.ts',
  'package-lock.json',
])('it is built again when %s changes', async (file) => {
  const root = projectWithVite();
  await buildRenderer(root, listedProgress());
  put(root, file, 'another content');
  await buildRenderer(root, listedProgress());
  expect(builds(root)).toBe(2);
});

test('it is not built again when a room of the engine changes, as it imports none', async () => {
  const root = projectWithVite();
  await buildRenderer(root, listedProgress());
  put(root, 'engine/search/judge.ts', 'another content');
  await buildRenderer(root, listedProgress());
  expect(builds(root)).toBe(1);
});

test('all files of the engine that the interface imports are among its sources', () => {
  const root = path.resolve(import.meta.dirname, '../../..');
  const sources = new Set(rendererSources(root));
  const imported = importedFrom(root, path.join(root, 'renderer'));
  expect(imported).toContain('engine/contract.ts');
  expect(imported.filter((file) => !sources.has(file))).toEqual([]);
});

test('it is built again when what was built has been removed', async () => {
  const root = projectWithVite();
  await buildRenderer(root, listedProgress());
  rmSync(path.join(root, 'dist/renderer'), { recursive: true });
  await buildRenderer(root, listedProgress());
  expect(builds(root)).toBe(2);
});

test('a build that failed says why, and is tried again, even if the source is as it was before', async () => {
  const root = projectWithVite();
  await buildRenderer(root, listedProgress());
  const vite = path.join(root, 'node_modules/vite/bin/vite.js');
  const working = readFileSync(vite, 'utf8');
  put(root, 'renderer/App.svelte', '<p>two');
  put(root, 'node_modules/vite/bin/vite.js', `console.error('no closing tag'); process.exit(1);`);
  await expect(buildRenderer(root, listedProgress())).rejects.toThrow('no closing tag');
  put(root, 'node_modules/vite/bin/vite.js', working);
  put(root, 'renderer/App.svelte', '<p>one</p>');
  await buildRenderer(root, listedProgress());
  expect(builds(root)).toBe(2);
});
