/** Pictures for the screen, by photo id. */
import { type Context } from './context.ts';

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
  const { store, decoder, method } = context.parts;
  return {
    thumbnail: async (photoId) => {
      const photo = context.photo(photoId);
      const kept = store.thumbnails.get(photo.sha256);
      if (kept) return { type: 'image/webp', bytes: kept, sha256: photo.sha256 };
      // The thumbnails may have been deleted: they can be made again as long as the photo is there.
      const decoded = await decoder.decode({ path: context.pathOf(photo) }, method.inputSize);
      if (decoded.sha256 === photo.sha256) store.thumbnails.add([decoded]);
      return { type: 'image/webp', bytes: decoded.thumbnail, sha256: photo.sha256 };
    },

    photo: async (photoId, longSide) => {
      const photo = context.photo(photoId);
      const bytes = await decoder.render({ path: context.pathOf(photo) }, longSide);
      return { type: 'image/webp', bytes, sha256: photo.sha256 };
    },
  };
}
