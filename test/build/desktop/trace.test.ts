/** Following code to the files that Node takes. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { traceFiles } from '../../../build/desktop/trace.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'lookalike-trace-')));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function put(files: Record<string, string>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

async function trace(
  entry: string,
  leaveOut: (file: string) => boolean = () => false,
): Promise<string[]> {
  const files = await traceFiles([join(folder, entry)], leaveOut);
  return files.map((file) => relative(folder, file).replaceAll('\\', '/'));
}

/** A package with a build for each way of loading it, and one for browsers. */
const twofold = {
  'node_modules/twofold/package.json': JSON.stringify({
    name: 'twofold',
    browser: './browser.js',
    module: './module.js',
    exports: {
      '.': {
        browser: './browser.js',
        module: './module.js',
        node: { import: './imported.mjs', require: './required.cjs' },
        default: './other.js',
      },
    },
  }),
  'node_modules/twofold/imported.mjs': `export { value } from './value.mjs';`,
  'node_modules/twofold/value.mjs': 'export const value = 1;',
  'node_modules/twofold/required.cjs': 'exports.value = 1;',
  'node_modules/twofold/browser.js': '',
  'node_modules/twofold/module.js': '',
  'node_modules/twofold/other.js': '',
};

test('an import leads to the build for imports, and on from there', async () => {
  put({ ...twofold, 'main.mjs': `import { value } from 'twofold'; console.log(value);` });
  expect(await trace('main.mjs')).toEqual([
    'main.mjs',
    'node_modules/twofold/imported.mjs',
    'node_modules/twofold/value.mjs',
  ]);
});

test('a require leads to the build for that, also when it is in a function', async () => {
  put({ ...twofold, 'main.cjs': `exports.load = () => require('twofold').value;` });
  expect(await trace('main.cjs')).toEqual(['main.cjs', 'node_modules/twofold/required.cjs']);
});

test('the main file counts, not those that bundlers prefer', async () => {
  put({
    'main.mjs': `import old from 'old'; console.log(old);`,
    'node_modules/old/package.json': JSON.stringify({
      ...{ name: 'old', main: 'index.js', module: 'module.js', browser: 'browser.js' },
    }),
    'node_modules/old/index.js': `module.exports = require('./data.json');`,
    'node_modules/old/data.json': '{}',
    'node_modules/old/module.js': '',
    'node_modules/old/browser.js': '',
  });
  expect(await trace('main.mjs')).toEqual([
    'main.mjs',
    'node_modules/old/data.json',
    'node_modules/old/index.js',
  ]);
});

test('what is of Node, not installed, or to be left out is not followed', async () => {
  put({
    'main.cjs': `
      const fs = require('fs');
      try { module.exports = require('of-another-system'); } catch { require('./plain.cjs'); }
      require('./unwanted.cjs');`,
    'plain.cjs': '',
    'unwanted.cjs': `require('./further.cjs');`,
    'further.cjs': '',
  });
  const leaveOut = (file: string): boolean => file.endsWith('unwanted.cjs');
  expect(await trace('main.cjs', leaveOut)).toEqual(['main.cjs', 'plain.cjs']);
});
