/** Pictures for the screen, by photo id. */
import { isLookalikeError, LookalikeError } from '../errors.ts';
import type { PhotoRow } from '../store/reader.ts';
import type { Context } from './context.ts';

/** Decoding gives a method's pixels too, which are not wanted here. */
const unusedSide = 16;

export interface Picture {
  /** MIME type. */
  type: string;
  bytes: Uint8Array;
  /** Of the original's content, hexadecimal. */
  sha256: string;
}

export interface Pictures {
  thumbnail(photoId: number): Promise<Picture>;
  photo(photoId: number, longSide: number): Promise<Picture>;
}

export function pictures(context: Context): Pictures {
  const { store, decoder } = context.parts;

  /** Runs `work` on the file of a photo. */
  const withFile = async <T>(photo: PhotoRow, work: (path: string) => Promise<T>): Promise<T> => {
    const folder = context.folderOf(photo);
    try {
      return await work(context.pathOf(photo));
    } catch (error) {
      if (!isLookalikeError(error, 'photo-access') || !folder.offline) throw error;
      throw new LookalikeError(
        'folder-offline',
        `The folder ${folder.path} cannot be reached now. Connect the disk it is on to see this photo.`,
        { cause: error },
      );
    }
  };

  return {
    thumbnail: async (photoId) => {
      const photo = context.photo(photoId);
      const kept = store.thumbnails.get(photo.sha256);
      if (kept) return { type: 'image/webp', bytes: kept, sha256: photo.sha256 };
      // The thumbnails may have been deleted: they can be made again as long as the photo is there.
      const decoded = await withFile(photo, (path) => decoder.decode({ path }, unusedSide));
      if (decoded.sha256 === photo.sha256) store.thumbnails.add([decoded]);
      return { type: 'image/webp', bytes: decoded.thumbnail, sha256: photo.sha256 };
    },

    photo: async (photoId, longSide) => {
      const photo = context.photo(photoId);
      const bytes = await withFile(photo, (path) => decoder.render({ path }, longSide));
      return { type: 'image/webp', bytes, sha256: photo.sha256 };
    },
  };
}
