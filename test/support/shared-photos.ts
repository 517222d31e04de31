/**
 * The photos beside the project (`../shared/photos`), where they are. Tests that need them are
 * skipped, with this reason, in a checkout without that folder.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../shared/photos/', import.meta.url));

/** Four people, ten photos of each, a folder for each person. */
export const facesFolder = join(folder, 'faces');
/** 33 kinds of things, a folder for each. */
export const objectsFolder = join(folder, 'objects');
export const hasSharedPhotos = existsSync(facesFolder) && existsSync(objectsFolder);
export const withoutSharedPhotos = hasSharedPhotos
  ? ''
  : ' (skipped: ../shared/photos is not beside the project)';

/** The photos of a folder of kinds, by kind. */
export function photosByKind(path: string): { kind: string; path: string }[] {
  return readdirSync(path).flatMap((kind) =>
    readdirSync(join(path, kind)).map((name) => ({ kind, path: join(path, kind, name) })),
  );
}
