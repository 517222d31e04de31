/**
 * Queries: photos of the library, files on disk, and pictures that were handed in or fetched. Each
 * becomes what search needs (a photo id or a vector) and what people see (a name, a size and a picture).
 */
import { createHash, randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, relative, resolve, sep } from 'node:path';
import type { FaceBox, PhotoRef, Query } from '../contract.ts';
import { isLookalikeError, LookalikeError, messageOf, systemCode } from '../errors.ts';
import type { Source } from '../photos/decoder-process.ts';
import { fetchPicture, type FetchOptions } from '../photos/fetch-picture.ts';
import type { SearchQuery } from '../search/process.ts';
import type { PhotoRow } from '../store/reader.ts';
import type { Context } from './context.ts';
import { boxOf, type EmbeddedPicture, type OpenMethod } from './open-method.ts';
import { photoNamed } from './photo-named.ts';
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
  /** Its faces, the largest first; none where whole photos are compared. */
  faces: FaceBox[];
  /** Which of them is the query. */
  face: number | null;
}

/** A picture from outside that was decoded. */
interface Outside {
  name: string;
  /** Where it is from: an absolute path or an address; its name when it was handed in without one. */
  place: string;
  /** What it is shown from, and embedded from by further methods. */
  source: Source;
  sha256: string;
  width: number;
  height: number;
  /** What each method compares of it. */
  embedded: Map<OpenMethod, Pick<EmbeddedPicture, 'vectors' | 'faces'>>;
}

export class Queries {
  readonly #context: Context;
  readonly #usual: OpenMethod;
  /** Pictures from outside by id: one id is one content for ever, even after a restart. */
  readonly #held = new Map<string, Outside>();
  readonly #fetching: FetchOptions;
  readonly #closing = new AbortController();

  /**
   * @param usual the method with which pictures are tried when they are handed in
   * @param fetching how pictures are fetched otherwise than usual
   */
  constructor(context: Context, usual: OpenMethod, fetching: Partial<FetchOptions> = {}) {
    this.#context = context;
    this.#usual = usual;
    const signal = this.#closing.signal;
    this.#fetching = { mostBytes: mostUploadBytes, ...fetching, signal };
  }

  /** Ends whatever is being fetched. */
  close(): void {
    this.#closing.abort();
  }

  /**
   * Takes a picture in.
   * @param place where it is from, if that is known
   * @throws LookalikeError `query-too-large` or `query-not-a-photo`
   */
  async add(name: string, bytes: Uint8Array, place = name): Promise<string> {
    if (bytes.length > mostUploadBytes)
      throw new LookalikeError(
        'query-too-large',
        `${name} has ${Math.ceil(bytes.length / 1024 / 1024)} MB; a query may have 50 MB. Save it smaller, or put it into a folder that is indexed.`,
      );
    const smaller = this.#context.parts.decoder.render({ bytes }, heldSide);
    // Bytes that are no picture are told by what comes first.
    smaller.catch(() => undefined);
    const outside = await this.#open({ name, place }, { bytes }, this.#usual);
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

  /** Where a query from outside is from: a path, an address, or else its name. @throws LookalikeError `query-unknown` */
  place(id: string): string {
    return this.#outside(id).place;
  }

  /**
   * @param face which of its faces is the query, where faces are compared: 0 is the largest
   * @throws LookalikeError `photo-unknown`, `query-ambiguous`, `query-unknown`, `query-not-a-photo`,
   *   `no-face`, or as `fetchPicture`
   */
  async ready(query: Query, method: OpenMethod, face: number): Promise<ReadyQuery> {
    if ('photo' in query) return this.#ofPhoto(this.#context.photo(query.photo), method, face);
    if ('name' in query) return this.#ofPhoto(photoNamed(this.#context, query.name), method, face);
    if ('upload' in query) return this.#ofOutside(query.upload, method, face);
    if ('address' in query) {
      const { name, bytes } = await fetchPicture(query.address, this.#fetching);
      return this.#ofOutside(await this.add(name, bytes, query.address), method, face);
    }
    const file = await existingFile(query.path);
    const known = this.#photoAt(file);
    if (known) return this.#ofPhoto(known, method, face);
    const id = idOf(file);
    if (!this.#held.has(id)) {
      const { path } = file;
      this.#hold(id, await this.#open({ name: basename(path), place: path }, { path }, method));
    }
    return this.#ofOutside(id, method, face);
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

  async #ofPhoto(photo: PhotoRow, method: OpenMethod, face: number): Promise<ReadyQuery> {
    const copies = this.#context.copiesOf(photo);
    const ids = copies.map(({ id }) => id);
    const { width, height } = photo;
    const ref = this.#context.refOf(photo);
    const facts = { photo: ref, picture: null, name: ref.name, width, height, copies };
    const except = [photo.id, ...ids];
    if (method.findsFaces) {
      const rows = await this.#decodable(ref.name, () => method.facesOf(photo));
      const vectors = rows.map(({ vector }) => vector);
      const vector = vectorOfFace(ref.name, vectors, face);
      return { ...facts, search: { of: { vector }, except }, faces: rows.map(boxOf), face };
    }
    const whole = { ...facts, faces: [], face: null };
    if (method.hasVector(photo.id))
      return { ...whole, search: { of: { photo: photo.id }, except: ids } };
    // The method has not come to this photo yet.
    const embedded = await this.#embed(ref.name, this.#context.thumbnailSource(photo), method);
    const [vector = new Float32Array()] = embedded.vectors;
    return { ...whole, search: { of: { vector }, except } };
  }

  async #ofOutside(id: string, method: OpenMethod, face: number): Promise<ReadyQuery> {
    const { name, source, sha256, embedded, width, height } = this.#outside(id);
    let known = embedded.get(method);
    if (!known) embedded.set(method, (known = await this.#embed(name, source, method)));
    const { vectors, faces } = known;
    const vector = vectorOfFace(name, vectors, method.findsFaces ? face : 0);
    const copies = this.#context.parts.store.reader.photosWithContent(sha256);
    const search = { of: { vector }, except: copies.map((copy) => copy.id) };
    const found = { faces, face: method.findsFaces ? face : null };
    return { search, photo: null, picture: id, name, width, height, copies, ...found };
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

  async #open(
    told: Pick<Outside, 'name' | 'place'>,
    source: Source,
    method: OpenMethod,
  ): Promise<Outside> {
    const embedded = await this.#embed(told.name, source, method);
    const { sha256, width, height } = embedded;
    return { ...told, source, sha256, width, height, embedded: new Map([[method, embedded]]) };
  }

  /** @throws LookalikeError `query-not-a-photo` */
  #embed(name: string, source: Source, method: OpenMethod): Promise<EmbeddedPicture> {
    return this.#decodable(name, () => method.embed(source));
  }

  /** @throws LookalikeError `query-not-a-photo` in the place of what says that it cannot be decoded */
  async #decodable<T>(name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
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

/** @throws LookalikeError `no-face` */
function vectorOfFace(name: string, vectors: readonly Float32Array[], face: number): Float32Array {
  const vector = vectors[face];
  if (vector) return vector;
  throw new LookalikeError(
    'no-face',
    vectors.length === 0
      ? `No face was found in ${name}. Choose a photo that shows a face, or another method.`
      : `${vectors.length === 1 ? 'One face was' : `${vectors.length} faces were`} found in ${name}, so there is no face ${face + 1}. Choose a smaller number.`,
  );
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
