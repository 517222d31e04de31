/**
 * A library of three pictures in memory, for tests of hosts alone: it answers a few requests,
 * remembers what it was asked, and says events when told to.
 */
import { createHash } from 'node:crypto';
import type { EventData, EventName, Params, RequestName, Result } from '../../engine/contract.ts';
import { LookalikeError } from '../../engine/errors.ts';
import type { Library, Picture } from '../../engine/library.ts';

export const smallLibraryId = 'small-library';

export class SmallLibrary implements Library {
  readonly id = smallLibraryId;
  /** What `handle` and the pictures were asked, in order. */
  readonly asked: { name: string; params: unknown }[] = [];
  readonly #listeners = new Set<(name: EventName, data: unknown) => void>();

  /** Replaces what `handle` answers. */
  answer: (name: string, params: unknown) => unknown = (name, params) => ({ name, params });

  get listening(): number {
    return this.#listeners.size;
  }

  say<Name extends EventName>(name: Name, data: EventData<Name>): void {
    for (const listener of this.#listeners) listener(name, data);
  }

  handle(name: string, params: unknown): Promise<unknown> {
    this.asked.push({ name, params });
    return Promise.resolve().then(() => this.answer(name, params));
  }

  request<Name extends RequestName>(name: Name, params: Params<Name>): Promise<Result<Name>> {
    throw new Error(`the web host asked ${name} with ${JSON.stringify(params)}`);
  }

  on(): () => void {
    throw new Error('the web host listens to all events at once');
  }

  onAny(listener: (name: EventName, data: unknown) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  thumbnail(photoId: number): Promise<Picture> {
    return this.#picture(photoId, 'image/webp', `thumbnail ${photoId}`);
  }

  photo(photoId: number, longSide: number): Promise<Picture> {
    return this.#picture(photoId, 'image/jpeg', `photo ${photoId} at ${longSide}`);
  }

  queryPicture(picture: string, longSide: number): Promise<Picture> {
    const content = `query ${picture} at ${longSide}`;
    this.asked.push({ name: 'picture', params: content });
    if (picture !== 'a-query')
      return Promise.reject(new LookalikeError('query-unknown', 'There is no such query.'));
    return Promise.resolve(pictureOf('image/webp', content, picture));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #picture(photoId: number, type: string, content: string): Promise<Picture> {
    this.asked.push({ name: 'picture', params: content });
    if (photoId > 3)
      return Promise.reject(new LookalikeError('photo-unknown', 'There is no such photo.'));
    return Promise.resolve(pictureOf(type, content, String(photoId)));
  }
}

/** `id` stands for the original's content. */
function pictureOf(type: string, content: string, id: string): Picture {
  return {
    type,
    read: () => Promise.resolve(new TextEncoder().encode(content)),
    sha256: createHash('sha256').update(id).digest('hex'),
  };
}
