/**
 * Pictures for the screen, by photo id. What a picture is of is known at once; the picture itself is
 * made when it is read, as that may take a while and a window may have gone on by then.
 */
import { existsSync } from 'node:fs';
import { isLookalikeError, LookalikeError } from '../errors.ts';
import type { PhotoRow } from '../store/reader.ts';
import type { Context } from './context.ts';

/** Decoding gives a method's pixels too, which are not wanted here. */
const unusedSide = 16;

export interface Picture {
  /** MIME type. */
  type: string;
  /** Of the original's content, hexadecimal. */
  sha256: string;
  /**
   * Makes it.
   * @param signal says that nobody waits for it any more
   * @throws LookalikeError a `photo-…` code or `folder-offline`; `cancelled` after the signal, if it was not being made
   */
  read: (signal?: AbortSignal) => Promise<Uint8Array>;
}

export interface Pictures {
  /** @throws LookalikeError `photo-unknown` */
  thumbnail(photoId: number): Picture;
  /** @throws LookalikeError `photo-unknown` */
  photo(photoId: number, longSide: number): Picture;
}

export function pictures(context: Context): Pictures {
  const { store, decoder } = context.parts;

  /** Runs `work` on the file of a photo. */
  const withFile = async <T>(photo: PhotoRow, work: (path: string) => Promise<T>): Promise<T> => {
    const folder = context.folderOf(photo);
    try {
      return await work(context.pathOf(photo));
    } catch (error) {
      // A disk may have gone since its folder was last looked through.
      const isAway = folder.offline || !existsSync(folder.path);
      if (!isLookalikeError(error, 'photo-access') || !isAway) throw error;
      throw new LookalikeError(
        'folder-offline',
        `The folder ${folder.path} cannot be reached now. Connect the disk it is on to see this photo.`,
        { cause: error },
      );
    }
  };

  return {
    thumbnail: (photoId) => {
      const photo = context.photo(photoId);
      const read = async (): Promise<Uint8Array> => {
        const kept = store.thumbnails.get(photo.sha256);
        if (kept) return kept;
        // The thumbnails may have been deleted: they can be made again as long as the photo is there.
        const decoded = await withFile(photo, (path) => decoder.decode({ path }, unusedSide));
        if (decoded.sha256 === photo.sha256) store.thumbnails.add([decoded]);
        return decoded.thumbnail;
      };
      return { type: 'image/webp', sha256: photo.sha256, read };
    },

    photo: (photoId, longSide) => {
      const photo = context.photo(photoId);
      const read = (signal?: AbortSignal): Promise<Uint8Array> =>
        withFile(photo, (path) => decoder.render({ path }, longSide, signal));
      return { type: 'image/webp', sha256: photo.sha256, read };
    },
  };
}
