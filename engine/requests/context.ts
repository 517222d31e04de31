/**
 * What the handlers of requests share: the rooms of one open library, and the few translations
 * between rows and the contract's values.
 */
import { join } from 'node:path';
import type { Checked, EventData, EventName, PhotoRef, RequestName, Result } from '../contract.ts';
import { LookalikeError } from '../errors.ts';
import type { Decoder } from '../photos/decoder.ts';
import { thumbnailSide } from '../photos/thumbnail-side.ts';
import type { Source } from '../photos/decoder-process.ts';
import type { Search } from '../search/search.ts';
import type { FolderRow, PhotoRow } from '../store/reader.ts';
import type { Store } from '../store/store.ts';
import type { PhotoChanges } from './photo-changes.ts';
import { slices, type Breathe } from './slices.ts';

/** Handlers of some of the contract's requests. */
export type Handlers<Names extends RequestName> = {
  [Name in Names]: (params: Checked<Name>) => Promise<Result<Name>> | Result<Name>;
};

/** The parts of an open library, as the handlers use them. */
export interface Parts {
  store: Store;
  decoder: Decoder;
  search: Search;
  changes: PhotoChanges;
  emit: <Name extends EventName>(name: Name, data: EventData<Name>) => void;
}

export class Context {
  readonly parts: Parts;
  #folders: Map<number, FolderRow> | undefined;
  #extras: number[] | undefined;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** The folders by id, read anew after `foldersChanged`. */
  folders(): Map<number, FolderRow> {
    this.#folders ??= new Map(this.parts.store.reader.folders().map((row) => [row.id, row]));
    return this.#folders;
  }

  foldersChanged(): void {
    this.#folders = undefined;
  }

  folderOf(photo: { folderId: number }): FolderRow {
    const folder = this.folders().get(photo.folderId);
    if (!folder) throw new Error(`a photo of the unknown folder ${photo.folderId}`);
    return folder;
  }

  pathOf(photo: { folderId: number; relativePath: string }): string {
    return join(this.folderOf(photo).path, photo.relativePath);
  }

  /** @throws LookalikeError `photo-unknown` */
  photo(id: number): PhotoRow {
    const photo = this.parts.store.reader.photo(id);
    if (!photo)
      throw new LookalikeError(
        'photo-unknown',
        'This photo is not in the library any more. It may have been moved or deleted.',
      );
    return photo;
  }

  refOf(photo: PhotoRow): PhotoRef {
    const folder = this.folderOf(photo);
    return {
      id: photo.id,
      name: nameOf(photo.relativePath),
      path: join(folder.path, photo.relativePath),
      width: photo.width,
      height: photo.height,
      offline: folder.offline,
    };
  }

  /** The photos of these ids that are still there, in the same order. Takes long for many ids. */
  async refs(ids: Iterable<number>, breathe: Breathe = slices()): Promise<PhotoRef[]> {
    const found: PhotoRef[] = [];
    for (const id of ids) {
      const photo = this.parts.store.reader.photo(id);
      if (photo) found.push(this.refOf(photo));
      await breathe();
    }
    return found;
  }

  /** Photos came or went, and with them copies of others. */
  photosChanged(): void {
    this.#extras = undefined;
  }

  /** All but the first of each group of photos with identical content: one of them is a result, not all. */
  extraCopies(): number[] {
    this.#extras ??= this.parts.store.reader
      .copies()
      .flatMap((group) => group.sort((a, b) => a - b).slice(1));
    return this.#extras;
  }

  /** Where the pixels of a photo are had most quickly, and even while its folder is offline. */
  thumbnailSource(photo: PhotoRow): Source {
    const thumbnail = this.parts.store.thumbnails.get(photo.sha256);
    return thumbnail ? { bytes: thumbnail } : { path: this.pathOf(photo) };
  }

  /**
   * Where the pixels of a photo come from, the best first: its thumbnail where that shows as much as
   * `side` pixels can, else its file, and then the thumbnail in case the file cannot be reached.
   */
  sourcesOf(photo: PhotoRow, side: number): [Source, ...Source[]] {
    const thumbnail = this.parts.store.thumbnails.get(photo.sha256);
    const file = { path: this.pathOf(photo) };
    if (!thumbnail) return [file];
    // A photo that is no larger than a thumbnail has nothing more to show.
    const isEnough = Math.min(side, Math.max(photo.width, photo.height)) <= thumbnailSide;
    return isEnough ? [{ bytes: thumbnail }, file] : [file, { bytes: thumbnail }];
  }

  /** Ids of all photos, of those with the same content only the first. */
  *distinctPhotos(): IterableIterator<number> {
    const extra = new Set(this.extraCopies());
    const { reader } = this.parts.store;
    for (const folder of this.folders().keys())
      for (let last: string | undefined = ''; last !== undefined;) {
        const page = reader.grid(folder, last, 1000);
        for (const { id } of page) if (!extra.has(id)) yield id;
        last = page.at(-1)?.relativePath;
      }
  }

  /** Other photos with the same content. */
  copiesOf(photo: { id: number; sha256: string }): PhotoRow[] {
    return this.parts.store.reader
      .photosWithContent(photo.sha256)
      .filter(({ id }) => id !== photo.id);
  }

  /** @throws LookalikeError `library-empty` */
  requirePhotos(): void {
    if (this.parts.store.reader.photoCount() === 0)
      throw new LookalikeError(
        'library-empty',
        'Nothing is indexed yet. Choose a folder of photos first.',
      );
  }
}

export function nameOf(relativePath: string): string {
  return relativePath.slice(relativePath.lastIndexOf('/') + 1);
}
