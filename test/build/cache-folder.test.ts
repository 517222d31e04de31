import envPaths from 'env-paths';
import { expect, test } from 'vitest';
import { cacheFolder } from '../../build/cache-folder.mjs';

test('set-up and engine mean the same cache folder', () => {
  expect(cacheFolder()).toBe(envPaths('lookalike', { suffix: '' }).cache);
});

test('on Linux XDG_CACHE_HOME moves it', () => {
  expect(cacheFolder({ XDG_CACHE_HOME: '/elsewhere' }, 'linux')).toBe('/elsewhere/lookalike');
});
