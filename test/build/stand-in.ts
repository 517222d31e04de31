/**
 * A small project and small programs to try set-up on, so that its tests need no network and
 * nobody's node_modules: a folder that looks installed, and a PATH with programs written here.
 */
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** This project's folder. */
export const project = path.resolve(import.meta.dirname, '../..');

/** An empty folder that is removed when the test has ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'lookalike-set-up-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Writes a file, and the folders above it. */
export function put(folder: string, name: string, content: string): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** Writes a program, a script of the shell, into a folder. */
export function putProgram(folder: string, name: string, script: string): string {
  const file = put(folder, name, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

/**
 * A project that needs no packages, with set-up of its own, on the Node that runs the tests. Nothing
 * is left to do in it when LOOKALIKE_TENSORFLOW is `wasm`.
 */
export function installedProject(): string {
  const root = temporaryFolder();
  cpSync(path.join(project, 'build'), path.join(root, 'build'), { recursive: true });
  put(root, 'package.json', '{ "name": "stand-in", "version": "1.0.0", "type": "module" }');
  const lock = JSON.stringify({ lockfileVersion: 3, packages: { '': {} } });
  put(root, 'package-lock.json', lock);
  put(root, 'node_modules/.package-lock.json', lock);
  mkdirSync(path.join(root, 'node_modules/node/bin'), { recursive: true });
  symlinkSync(process.execPath, path.join(root, 'node_modules/node/bin/node'));
  return root;
}

/** Progress that is written into a list, line by line. */
export function listedProgress() {
  const lines: string[] = [];
  return {
    lines,
    say: (line: string) => lines.push(line),
    step: async <T>(title: string, work: () => Promise<T>): Promise<T> => {
      lines.push(title);
      return work();
    },
  };
}
