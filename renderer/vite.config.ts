/**
 * How the renderer is built: `vite build renderer` writes it to `dist/renderer`.
 *
 * Addresses are relative, so the same files serve from a loopback address and from Electron. Hosts
 * send a Content-Security-Policy without 'unsafe-inline': nothing here may be written into the page
 * itself, neither scripts nor styles.
 */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [svelte()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
