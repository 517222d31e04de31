/** A folder for what benches make once and use again. Nothing in it is part of the project. */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const cacheFolder = fileURLToPath(new URL('../node_modules/.cache/bench', import.meta.url));

/** The path of something in the cache, which is made if it is not there. */
export async function cached(
  name: string,
  make: (path: string) => void | Promise<void>,
): Promise<string> {
  const path = join(cacheFolder, name);
  if (existsSync(path)) return path;
  mkdirSync(cacheFolder, { recursive: true });
  const unfinished = `${path}.unfinished`;
  await make(unfinished);
  renameSync(unfinished, path);
  return path;
}
