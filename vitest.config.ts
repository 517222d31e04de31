/**
 * How the tests run. The interface's state (`.svelte.ts`) has to be compiled by Svelte, for a browser;
 * everything else runs as it is. What a person does in a window runs on the web app, on the desktop
 * app with a stand-in for Electron, and on the real Electron where that is. A test file is a process
 * of its own; two at a time, as files start browsers, TensorFlow and child processes of their own.
 */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', './test/support/closing-line.ts'],
    maxWorkers: 2,
    // Long enough for a busy machine: a time-out here tells what hangs, not what is slow.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // Real browsers and processes on a shared machine: what fails only once is told as "retry x1".
    retry: process.env['CI'] === undefined ? 0 : 1,
    expect: { poll: { timeout: 30_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/renderer/**'],
          provide: { host: 'web' },
        },
      },
      {
        extends: true,
        test: {
          name: 'desktop',
          include: [
            'test/browser/{first-minute,everyday,picture,evaluation,keyboard,map,own-model}.test.ts',
          ],
          provide: { host: 'desktop' },
        },
      },
      {
        extends: true,
        test: {
          name: 'electron',
          include: [
            'test/browser/{first-minute,everyday,picture,evaluation,keyboard,map,own-model}.test.ts',
          ],
          provide: { host: 'electron' },
        },
      },
      {
        extends: true,
        plugins: [svelte({ configFile: false })],
        resolve: { conditions: ['browser'] },
        test: { name: 'renderer', include: ['test/renderer/**/*.test.ts'] },
      },
    ],
  },
});
