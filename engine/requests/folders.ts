/** Answers requests about the library as a whole, its folders, and their indexing. */
import { realpath } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Folder } from '../contract.ts';
import { LookalikeError } from '../errors.ts';
import type { IndexingRuns } from '../indexing/runs.ts';
import { browse, toAbsolute } from '../photos/browse.ts';
import { checkFolder } from '../photos/walk.ts';
import type { FolderRow } from '../store/reader.ts';
import { nameOf, type Context, type Handlers } from './context.ts';

/** Rows removed in one transaction. */
const removedAtOnce = 100;

export interface FolderHooks {
  indexing: IndexingRuns;
  /** The list of folders is another one. */
  foldersChanged: () => void;
  photosChanged: (change: { added: number[]; removed: number[] }) => void;
  /** Draws the sample photos into a folder of the library's own, and returns its path at once. */
  drawSamples: () => Promise<string>;
  /** Whether new folders are indexed without being asked. */
  live: boolean;
}

export function folderRequests(
  context: Context,
  hooks: FolderHooks,
): Handlers<
  | 'folders.add'
  | 'folders.remove'
  | 'folders.browse'
  | 'folders.addSamples'
  | 'indexing.start'
  | 'indexing.pause'
  | 'indexing.resume'
  | 'indexing.cancel'
  | 'indexing.wait'
> {
  const { indexing, foldersChanged, photosChanged, drawSamples, live } = hooks;
  const { store } = context.parts;

  const add = async (path: string): Promise<Folder> => {
    const absolute = toAbsolute(path);
    await checkFolder(absolute);
    const real = await realpath(absolute);
    const known = [...context.folders().values()].find((folder) => contains(folder.path, real));
    const id = known?.id ?? store.writer.addFolder(real);
    if (!known) foldersChanged();
    if (live) indexing.start();
    const folder = context.folders().get(id);
    if (!folder) throw new Error('a folder that was just added is not there');
    return folderOf(folder);
  };

  /** Bit by bit, as one transaction would hold the host's thread for seconds. */
  const remove = async (id: number): Promise<void> => {
    for (;;) {
      const ids = store.reader.grid(id, '', removedAtOnce).map((photo) => photo.id);
      if (ids.length === 0) break;
      store.writer.removePhotos(ids);
      photosChanged({ added: [], removed: ids });
      await setImmediate();
    }
    store.writer.removeFolder(id);
    foldersChanged();
  };

  return {
    'folders.add': ({ path }) => add(path),

    'folders.remove': async ({ id }) => {
      if (!context.folders().has(id))
        throw new LookalikeError(
          'folder-unknown',
          'This folder is not part of the library any more.',
        );
      // A run that is under way would go on writing photos of a folder that is not there.
      await indexing.alone(() => remove(id));
      if (live) indexing.start();
      return {};
    },

    'folders.browse': ({ path }) => browse(path),

    'folders.addSamples': async () => add(await drawSamples()),

    'indexing.start': () => {
      indexing.start();
      return {};
    },
    'indexing.pause': () => {
      indexing.indexer.pause();
      return {};
    },
    'indexing.resume': () => {
      indexing.indexer.resume();
      return {};
    },
    'indexing.cancel': async () => {
      await indexing.stop();
      return {};
    },
    'indexing.wait': () => indexing.wait(),
  };
}

/** A folder as the contract shows it. */
export function folderOf({ id, path, photos, offline }: FolderRow): Folder {
  return { id, path, name: nameOf(path) || path, photos, offline };
}

/** Whether `path` is `folder` or inside it. */
function contains(folder: string, path: string): boolean {
  const below = relative(folder, path);
  return below !== '..' && !below.startsWith(`..${sep}`) && resolve(below) !== below;
}
