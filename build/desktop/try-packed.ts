/**
 * Tries the packed program as a person would: starts it with a folder of photos and waits until all
 * are in its library. That takes every part of it: window or not, its processes decode, embed and
 * write. For machines with a real Electron; packages must have been made (`npm run package`).
 *
 *   node build/desktop/try-packed.ts [PROGRAM [ARGUMENT…]]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from '../../engine/photos/sharp.ts';
import { openForReading } from '../../engine/store/database.ts';
import { Reader } from '../../engine/store/reader.ts';

const colours = ['#f2b35a', '#3f7fbf', '#3fbf5f', '#bf3f6f', '#777777'];
/** A first start on a busy machine; nobody waits that long for five photos. */
const patienceMs = 180_000;

/** The program that `npm run package` left, with what has to be said to it on this system. */
function packedProgram(): string[] {
  const places: Partial<Record<NodeJS.Platform, string>> = {
    linux: 'linux*-unpacked/lookalike',
    darwin: 'mac*/Lookalike.app/Contents/MacOS/Lookalike',
    win32: 'win*-unpacked/Lookalike.exe',
  };
  const packages = fileURLToPath(new URL('../../dist/packages/', import.meta.url));
  const [found] = globSync(places[process.platform] ?? '', { cwd: packages });
  if (found === undefined) throw new Error('No packed program is there. Run “npm run package”.');
  return [join(packages, found)];
}

/**
 * @param command the program and its first arguments
 * @param env what it finds in its environment, beside this process's own
 * @returns how many photos it brought in: all that it was given
 * @throws Error with what it wrote, when it ends before that or takes too long
 */
export async function tryProgram(
  command: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-try-'));
  const photos = join(folder, 'photos');
  await mkdir(photos);
  for (const [index, background] of colours.entries())
    await sharp({ create: { width: 640, height: 480, channels: 3, background } })
      .jpeg()
      .toFile(join(photos, `${index}.jpg`));

  const library = join(folder, 'library');
  const [program = '', ...args] = command;
  let output = '';
  const child = spawn(program, [...args, `--library=${library}`, photos], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const end = once(child, 'close').catch((error: unknown) => (output += String(error)));
  const hasEnded = (): boolean =>
    child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  try {
    const start = performance.now();
    while (photosIn(library) < colours.length) {
      if (hasEnded()) {
        await end;
        throw new Error(`It ended by itself. It wrote:\n${output}`);
      }
      if (performance.now() - start > patienceMs)
        throw new Error(`It brought in ${photosIn(library)} photos. It wrote:\n${output}`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    return photosIn(library);
  } finally {
    child.kill();
    await end;
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  }
}

/** A photo is written together with its vector, so one that is there went all the way. */
function photosIn(library: string): number {
  const file = join(library, 'library.db');
  if (!existsSync(file)) return 0;
  try {
    const database = openForReading(file);
    try {
      return new Reader(database).photoCount();
    } finally {
      database.close();
    }
  } catch {
    // It is just being made.
    return 0;
  }
}

if (import.meta.main) {
  const given = process.argv.slice(2);
  const count = await tryProgram(given.length > 0 ? given : packedProgram());
  console.log(`The packed program brought in ${count} photos.`);
}
