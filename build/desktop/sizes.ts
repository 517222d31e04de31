/**
 * How big each part of a packed program is, as a table for whoever packed it.
 */
import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Staged } from './stage.ts';

/** One line of the table. */
export interface Size {
  title: string;
  /** On disk, once installed. */
  bytes: number;
}

/**
 * @param packed the folder of the packed program
 * @param stagedFolder what `stage` laid out
 * @param staged what it said about it
 * @returns the parts, biggest first; together they are the folder
 */
export async function sizesOf(
  packed: string,
  stagedFolder: string,
  staged: Staged,
): Promise<Size[]> {
  const app = join(stagedFolder, 'app');
  const own = [
    { title: 'The program’s code', folder: join(app, 'code') },
    { title: 'The interface', folder: join(app, 'renderer') },
    { title: 'Models', folder: join(app, 'native-models') },
    { title: 'Licences', folder: join(stagedFolder, 'licences') },
  ];
  const sizes: Size[] = [
    ...staged.map(({ title, files }) => ({
      title,
      bytes: files.reduce((sum, file) => sum + statSync(join(app, file)).size, 0),
    })),
    ...(await Promise.all(
      own.map(async ({ title, folder }) => ({ title, bytes: await sizeOfFolder(folder) })),
    )),
  ];
  const known = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  sizes.push({ title: 'Electron, and the rest', bytes: (await sizeOfFolder(packed)) - known });
  return sizes.sort((a, b) => b.bytes - a.bytes);
}

async function sizeOfFolder(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size;
  return bytes;
}

/** The table as text, in megabytes of 10⁶ bytes. */
export function table(sizes: readonly Size[]): string {
  const width = Math.max(...sizes.map(({ title }) => title.length));
  return sizes
    .map(
      ({ title, bytes }) => `  ${title.padEnd(width)}  ${(bytes / 1e6).toFixed(1).padStart(7)} MB`,
    )
    .join('\n');
}
