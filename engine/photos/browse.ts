/**
 * Looks at folders on behalf of a person who chooses one, where the host has no dialog of its own.
 */
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LookalikeError } from '../errors.ts';
import { hasPhotoName, isHiddenFolder } from './formats.ts';
import { checkFolder } from './walk.ts';

export interface Browsed {
  path: string;
  parent: string | null;
  places: { name: string; path: string }[];
  folders: { name: string; path: string }[];
  /** Photo files directly in it. */
  photos: number;
}

/** Folders that people keep photos in, below the home folder or where systems mount disks. */
const usualPlaces = [
  { name: 'Home', path: homedir() },
  { name: 'Pictures', path: join(homedir(), 'Pictures') },
  { name: 'Downloads', path: join(homedir(), 'Downloads') },
  { name: 'Desktop', path: join(homedir(), 'Desktop') },
  { name: 'Disks', path: process.platform === 'darwin' ? '/Volumes' : '/media' },
  { name: 'Computer', path: resolve('/') },
];

/**
 * The folders inside `path`, by name, as a person may type it. Without a path: inside the home folder.
 * @throws LookalikeError `request-invalid`, `folder-missing`, `folder-is-file` or `folder-access`
 */
export async function browse(path: string | null): Promise<Browsed> {
  const absolute = path === null ? homedir() : toAbsolute(path);
  await checkFolder(absolute);
  const entries = await readdir(absolute, { withFileTypes: true });
  const folders = entries
    .filter((entry) => entry.isDirectory())
    // A name that is no text comes with replacement characters, and there is no going there.
    .filter(({ name }) => !name.includes('\ufffd') && !isHiddenFolder(name))
    .map(({ name }) => ({ name, path: join(absolute, name) }))
    .sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  const photos = entries.filter((entry) => entry.isFile() && hasPhotoName(entry.name)).length;
  const parent = dirname(absolute);
  return {
    path: absolute,
    parent: parent === absolute ? null : parent,
    places: await existing(usualPlaces),
    folders,
    photos,
  };
}

/**
 * An absolute path for what a person typed or pasted: `~` stands for the home folder; quotes around it
 * and the form of a file:// address are understood. An absolute path stays as it is, as a name may
 * end with a space. A relative one is refused: whoever types it cannot see where it would begin.
 * @throws LookalikeError `request-invalid`
 */
export function toAbsolute(path: string): string {
  if (isAbsolute(path)) return resolve(path);
  const typed = path.trim().replace(/^(["'])(.*)\1$/s, '$2');
  if (typed === '~') return homedir();
  const whole = /^~[/\\]/.test(typed) ? join(homedir(), typed.slice(2)) : pathOfAddress(typed);
  if (!isAbsolute(whole))
    throw new LookalikeError(
      'request-invalid',
      `${typed === '' ? 'This' : typed} is not a whole path. Write it from its beginning, such as ${join(homedir(), 'Pictures')}.`,
    );
  return resolve(whole);
}

/** The path that a file:// address stands for; all other text, and addresses without a path, as they are. */
function pathOfAddress(typed: string): string {
  if (!/^file:/i.test(typed)) return typed;
  try {
    return fileURLToPath(typed);
  } catch {
    return typed;
  }
}

async function existing<Place extends { path: string }>(places: Place[]): Promise<Place[]> {
  const found: Place[] = [];
  for (const place of places) {
    const there = await checkFolder(place.path).then(
      () => true,
      () => false,
    );
    if (there) found.push(place);
  }
  return found;
}
