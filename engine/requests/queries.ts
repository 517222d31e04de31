/**
 * Queries: photos of the library, files on disk, and pictures that were handed in. Each becomes what
 * search needs (a photo id or a vector) and what people see (a name, a size and a picture).
 */
import { createHash, randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, relative, resolve, sep } from 'node:path';
import type { PhotoRef, Query } from '../contract.ts';
import { isLookalikeError, LookalikeError, messageOf, systemCode } from '../errors.ts';
import type { Source } from '../photos/decoder-process.ts';
import type { SearchQuery } from '../search/process.ts';
import type { PhotoRow } from '../store/reader.ts';
import type { Context } from './context.ts';
import type { Picture } from './pictures.ts';

/** Largest picture that is taken from outside. */
export const mostUploadBytes = 50 * 1024 * 1024;
/** Pictures from outside that are held; the oldest goes first. */
const mostHeld = 20;
/**
 * Pixels on the long side to which a picture that was handed in is made smaller before it is held:
 * enough for the screen, and a small part of its 50 MB.
 */
const heldSide = 2048;

/** A query made ready. */
export interface ReadyQuery {
  search: SearchQuery;
  /** The photo, when it is one of the library. */
  photo: PhotoRef | null;
  /** The id for `Queries.picture`, when it is no photo of the library. */
  picture: string | null;
  name: string;
  width: number;
  height: number;
  copies: PhotoRow[];
}

/** A picture from outside, decoded and embedded. */
interface Outside {
  name: string;
  /** What it is shown from. */
  source: Source;
  sha256: string;
  vector: Float32Array;
  width: number;
  height: number;
}

export class Queries {
  readonly #context: Context;
  /** Pictures from outside by id: one id is one content for ever, even after a restart. */
  readonly #held = new Map<string, Outside>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** Takes a picture in. @throws LookalikeError `query-too-large` or `query-not-a-photo` */
  async add(name: string, bytes: Uint8Array): Promise<string> {
    if (bytes.length > mostUploadBytes)
      throw new LookalikeError(
        'query-too-large',
        `${name} has ${Math.ceil(bytes.length / 1024 / 1024)} MB; a query may have 50 MB. Save it smaller, or put it into a folder that is indexed.`,
      );
    const smaller = this.#context.parts.decoder.render({ bytes }, heldSide);
    // Bytes that are no picture are told by what comes first.
    smaller.catch(() => undefined);
    const outside = await this.#embed(name, { bytes });
    const upload = randomUUID();
    this.#hold(upload, { ...outside, source: { bytes: await smaller } });
    return upload;
  }

  /**
   * A query from outside as a picture for the screen, its long side at most `longSide` pixels.
   * @throws LookalikeError `query-unknown`
   */
  picture(id: string, longSide: number): Picture {
    const { source, sha256 } = this.#outside(id);
    const { decoder } = this.#context.parts;
    const read = (signal?: AbortSignal): Promise<Uint8Array> =>
      decoder.render(source, longSide, signal);
    return { type: 'image/webp', sha256, read };
  }

  /** Where a query is: an absolute path, or the name of a picture without one. Throws as `ready`. */
  async place(query: Query): Promise<string> {
    if ('photo' in query) return this.#context.pathOf(this.#context.photo(query.photo));
    if ('upload' in query) return this.#outside(query.upload).name;
    return (await existingFile(query.path)).path;
  }

  /** @throws LookalikeError `photo-unknown`, `query-unknown` or `query-not-a-photo` */
  async ready(query: Query): Promise<ReadyQuery> {
    if ('photo' in query) return this.#ofPhoto(this.#context.photo(query.photo));
    if ('upload' in query) return this.#ofOutside(query.upload);
    const file = await existingFile(query.path);
    const known = this.#photoAt(file);
    if (known) return this.#ofPhoto(known);
    const id = idOf(file);
    if (!this.#held.has(id))
      this.#hold(id, await this.#embed(basename(file.path), { path: file.path }));
    return this.#ofOutside(id);
  }

  #hold(id: string, outside: Outside): void {
    this.#held.set(id, outside);
    const [oldest] = this.#held.keys();
    if (this.#held.size > mostHeld && oldest !== undefined) this.#held.delete(oldest);
  }

  #outside(id: string): Outside {
    const outside = this.#held.get(id);
    if (!outside)
      throw new LookalikeError(
        'query-unknown',
        'This picture is no longer held. Drop it or paste it once more.',
      );
    return outside;
  }

  #ofPhoto(photo: PhotoRow): ReadyQuery {
    const { store, methodId } = this.#context.parts;
    if (!store.reader.hasVector(methodId, photo.id))
      throw new LookalikeError(
        'photo-unknown',
        'This photo has to be indexed again before its lookalikes can be found.',
      );
    const copies = this.#context.copiesOf(photo);
    const ref = this.#context.refOf(photo);
    return {
      search: { of: { photo: photo.id }, except: copies.map(({ id }) => id) },
      photo: ref,
      picture: null,
      name: ref.name,
      width: photo.width,
      height: photo.height,
      copies,
    };
  }

  #ofOutside(id: string): ReadyQuery {
    const { name, sha256, vector, width, height } = this.#outside(id);
    const copies = this.#context.parts.store.reader.photosWithContent(sha256);
    const search = { of: { vector }, except: copies.map(({ id }) => id) };
    return { search, photo: null, picture: id, name, width, height, copies };
  }

  /** The photo of the library at this path, unless the file has changed since it was indexed. */
  #photoAt({ path, bytes, modifiedAt }: ExistingFile): PhotoRow | undefined {
    for (const folder of this.#context.folders().values()) {
      const below = relative(folder.path, path).split(sep).join('/');
      const photo = this.#context.parts.store.reader.photoAt(folder.id, below);
      if (photo?.bytes === bytes && photo.modifiedAt === modifiedAt) return photo;
    }
    return undefined;
  }

  async #embed(name: string, source: Source): Promise<Outside> {
    const { decoder, embedder, method } = this.#context.parts;
    try {
      const decoded = await decoder.decode(source, method.inputSize);
      const vector = await (await embedder()).embed(decoded.pixels, 1);
      const { sha256, width, height } = decoded;
      return { name, source, sha256, vector, width, height };
    } catch (error) {
      if (!isLookalikeError(error) || !/^(photo-|not-a-photo)/.test(error.code)) throw error;
      throw new LookalikeError(
        'query-not-a-photo',
        `${name} cannot be used as a query. ${messageOf(error)}`,
        { cause: error },
      );
    }
  }
}

interface ExistingFile {
  /** Absolute, without symbolic links. */
  path: string;
  bytes: number;
  /** As the walk of a folder gives it. */
  modifiedAt: number;
}

/** Another one when the file has changed. */
function idOf({ path, bytes, modifiedAt }: ExistingFile): string {
  return createHash('sha256').update(`${path}\n${bytes}\n${modifiedAt}`).digest('hex');
}

/** @throws LookalikeError `photo-unknown` or `query-not-a-photo` */
async function existingFile(given: string): Promise<ExistingFile> {
  const absolute = resolve(given);
  let file: Stats;
  let path: string;
  try {
    path = await realpath(absolute);
    file = await stat(path);
  } catch (error) {
    throw new LookalikeError(
      'photo-unknown',
      systemCode(error) === 'ENOENT'
        ? `There is no file ${absolute}. Check the name.`
        : `${absolute} cannot be opened (${messageOf(error)}).`,
      { cause: error },
    );
  }
  // A device or a pipe could be read for ever.
  if (!file.isFile())
    throw new LookalikeError('query-not-a-photo', `${absolute} is not a file. Choose a photo.`);
  return { path, bytes: file.size, modifiedAt: Math.round(file.mtimeMs) };
}
