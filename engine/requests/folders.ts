/** Answers requests about the library as a whole, its folders, and their indexing. */
import { realpath } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { type Folder } from '../contract.ts';
import { LookalikeError } from '../errors.ts';
import { type IndexingRuns } from '../indexing/runs.ts';
import { browse, toAbsolute } from '../photos/browse.ts';
import { checkFolder } from '../photos/walk.ts';
import { type FolderRow } from '../store/reader.ts';
import { nameOf, type Context, type Handlers } from './context.ts';

export interface FolderHooks {
  indexing: IndexingRuns;
  /** The list of folders is another one. */
  foldersChanged: () => void;
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
  const { indexing, foldersChanged, drawSamples, live } = hooks;
  const { store, search, emit } = context.parts;

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

  return {
    'folders.add': ({ path }) => add(path),

    'folders.remove': async ({ id }) => {
      if (!context.folders().has(id))
        throw new LookalikeError(
          'folder-unknown',
          'This folder is not part of the library any more.',
        );
      // A run that is under way would go on writing photos of a folder that is not there.
      const wasRunning = indexing.running;
      if (wasRunning) await indexing.stop();
      const removed = store.reader.grid(id).map((photo) => photo.id);
      store.writer.removeFolder(id);
      foldersChanged();
      await search.changed([], removed);
      emit('photos', {
        photos: store.reader.photoCount(),
        problems: store.reader.problemCount(),
      });
      if (wasRunning) indexing.start();
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
  return below === '' || (!below.startsWith('..') && resolve(below) !== below);
}
