/** A store in a temporary folder, and rows to put into it, for tests of what stands on the database. */
import { createHash } from 'node:crypto';
import { openStore, type Store } from '../../engine/store/store.ts';
import type { IndexedPhoto } from '../../engine/store/writer.ts';
import { temporaryFolder } from './photos.ts';

export interface TestStore extends AsyncDisposable {
  store: Store;
  /** The library's directory. */
  path: string;
  methodId: number;
  folderId: number;
}

export const dimensions = 4;

/** A new store with one method of four dimensions and one folder. */
export async function testStore(): Promise<TestStore> {
  const folder = await temporaryFolder();
  const store = openStore(folder.path);
  const methodId = store.writer.method('test', 'v1', dimensions);
  return {
    store,
    path: folder.path,
    methodId,
    folderId: store.writer.addFolder('/photos'),
    [Symbol.asyncDispose]: async () => {
      store.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** What indexing hands over for a photo whose content is `content`. */
export function indexed(
  folderId: number,
  relativePath: string,
  content = relativePath,
  more: Partial<IndexedPhoto> = {},
): IndexedPhoto {
  return {
    photoId: null,
    folderId,
    relativePath,
    bytes: content.length,
    modifiedAt: 1000,
    sha256: createHash('sha256').update(content).digest('hex'),
    width: 40,
    height: 30,
    takenAt: null,
    vector: Float32Array.of(0.5, -0.5, 0.5, -0.5),
    damage: null,
    ...more,
  };
}
