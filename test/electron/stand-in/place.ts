/** Where this start of the program has its system: folders that would be the person's. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** The environment variable that names the folder that holds all others. */
export const folderVariable = 'STAND_IN_FOLDER';

/** In the folder `screen`: the work areas of the displays as JSON, the main display's first. */
export const displaysFile = 'displays.json';

/** In the folder `helpers`: a part of the file name of the helpers that never become ready. */
export const stuckFile = 'stuck';
/** The environment variable by which such a helper knows. */
export const stuckVariable = 'STAND_IN_STUCK';

/** A folder of the system, which exists. */
export function systemFolder(name: string): string {
  const root = process.env[folderVariable];
  if (root === undefined)
    throw new Error(`The stand-in of Electron needs a folder: set ${folderVariable}.`);
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}
