/**
 * Which photo a row of vectors belongs to. The rows of most methods are photos themselves, by photo
 * id; those of a method that finds faces are faces, by face id, of which a photo has none or several.
 */
export interface RowPhotos {
  /** The photo that a row is of. */
  photoOf(row: number): number;
  /** The rows of a photo, rising; of faces, the largest comes first. */
  rowsOf(photo: number): readonly number[];
  add(row: number, photo: number): void;
  /** Forgets photos. Returns the rows that they had. */
  remove(photos: readonly number[]): number[];
}

/** Every row is a photo. */
export const photosThemselves: RowPhotos = {
  photoOf: (row) => row,
  rowsOf: (photo) => [photo],
  add: () => undefined,
  remove: (photos) => [...photos],
};

/** Every row is a face. */
export function facesInPhotos(): RowPhotos {
  const photoOfRow = new Map<number, number>();
  const rowsOfPhoto = new Map<number, number[]>();
  return {
    photoOf: (row) => photoOfRow.get(row) ?? 0,
    rowsOf: (photo) => rowsOfPhoto.get(photo) ?? [],
    add: (row, photo) => {
      if (photoOfRow.has(row)) return;
      photoOfRow.set(row, photo);
      const rows = rowsOfPhoto.get(photo);
      if (rows) rows.push(row);
      else rowsOfPhoto.set(photo, [row]);
    },
    remove: (photos) =>
      photos.flatMap((photo) => {
        const rows = rowsOfPhoto.get(photo) ?? [];
        rowsOfPhoto.delete(photo);
        for (const row of rows) photoOfRow.delete(row);
        return rows;
      }),
  };
}
