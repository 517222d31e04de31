/**
 * A library for tests of the renderer's state: the test says what each request answers, sees what was
 * asked, and tells events itself.
 */
import type {
  EventData,
  EventName,
  HostRequestName,
  HostResult,
  LibraryState,
  Lookalike,
  Method,
  Params,
  PhotoRef,
  RequestName,
  Result,
} from '../../engine/contract.ts';
import type { Connection, Host } from '../../renderer/bridge/host.ts';
import { LibraryView } from '../../renderer/state/library.svelte.ts';
import type { StorageLike } from '../../renderer/state/memory.ts';
import { MethodsView } from '../../renderer/state/methods.svelte.ts';
import { Notices } from '../../renderer/state/notices.svelte.ts';

type Answers = {
  [Name in RequestName]?: (params: Params<Name>) => Result<Name> | Promise<Result<Name>>;
};

export class FakeHost implements Host {
  readonly answers: Answers;
  readonly asked: { name: RequestName; params: unknown }[] = [];
  #listeners = new Map<EventName, Set<(data: never) => void>>();
  #connections = new Set<(connection: Connection) => void>();

  constructor(answers: Answers = {}) {
    this.answers = answers;
  }

  async request<Name extends RequestName>(name: Name, params: Params<Name>): Promise<Result<Name>> {
    this.asked.push({ name, params });
    const answer = this.answers[name] as
      ((params: Params<Name>) => Result<Name> | Promise<Result<Name>>) | undefined;
    if (answer === undefined) throw new Error(`The test has no answer to ${name}.`);
    return await answer(params);
  }

  on<Name extends EventName>(name: Name, listener: (data: EventData<Name>) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  tell<Name extends EventName>(name: Name, data: EventData<Name>): void {
    for (const listener of this.#listeners.get(name) ?? []) listener(data as never);
  }

  onConnection(listener: (connection: Connection) => void): () => void {
    this.#connections.add(listener);
    return () => this.#connections.delete(listener);
  }

  connection(connection: Connection): void {
    for (const listener of this.#connections) listener(connection);
  }

  ask<Name extends HostRequestName>(name: Name): Promise<HostResult<Name>> {
    if (name !== 'host.get') throw new Error(`The test has no answer to ${name}.`);
    return Promise.resolve({
      kind: 'web',
      dialogs: false,
      showInFolder: false,
      dragOut: false,
    } as HostResult<Name>);
  }

  onCommand(): void {
    // No test of the state has a menu.
  }

  readonly pictures = {
    thumbnail: (libraryId: string, photo: number) => `${libraryId}/${photo}/thumbnail`,
    photo: (libraryId: string, photo: number, side: number) => `${libraryId}/${photo}/${side}`,
    query: (libraryId: string, picture: string, side: number) =>
      `${libraryId}/queries/${picture}/${side}`,
  };
}

/** A promise and what settles it, for answers that take their time. */
export function later<T>(): { promise: Promise<T>; answer: (value: T) => void } {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { promise, answer: resolve };
}

/** Lets everything that waits for settled promises go on. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

export function photoRef(id: number): PhotoRef {
  return { id, name: `${id}.jpg`, path: `/photos/${id}.jpg`, width: 3, height: 2, offline: false };
}

export function lookalike(id: number, rank: number, similar = true): Lookalike {
  return { ...photoRef(id), rank, similarity: 1 - rank / 10, similar, face: null };
}

/** `photos`: how many have a vector of it. */
export function method(id: string, photos: number): Method {
  return {
    id,
    name: `The ${id}`,
    sentence: 'It looks.',
    needs: 'Nothing.',
    metric: 'cosine',
    trains: false,
    finds: 'photos' as const,
    learnsFromLabels: false,
    choosesEpochs: false,
    choosesDimensions: false,
    lastLayers: null,
    learnsFromAttributes: false,
    dimensions: 256,
    unavailable: null,
    photos,
    clusters: null,
    own: null,
  };
}

/** A window's storage that holds nothing yet. */
export function emptyStorage(): StorageLike {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

/** The same, with what the host's `library.get` says of them. */
export async function loadedMethodsOf(host: FakeHost): Promise<MethodsView> {
  host.answers['library.get'] ??= () => libraryState();
  const library = new LibraryView(host, new Notices());
  await library.load();
  return new MethodsView(host, library, emptyStorage());
}

/** The methods of a host, of which nothing is known yet; the default is chosen. */
export function methodsOf(host: FakeHost, storage = emptyStorage()): MethodsView {
  return new MethodsView(host, new LibraryView(host, new Notices()), storage);
}

export function libraryState(part: Partial<LibraryState> = {}): LibraryState {
  return {
    id: 'library',
    program: { name: 'Lookalike', version: '0.1.0' },
    folders: [{ id: 1, path: '/photos', name: 'photos', photos: 3, offline: false }],
    photos: 3,
    problems: 0,
    methods: [method('imagenet', 3), method('pixels', 0)],
    backend: null,
    indexing: {
      state: 'idle',
      found: 3,
      indexed: 0,
      unchanged: 3,
      failed: 0,
      perSecond: null,
      secondsLeft: null,
      error: null,
    },
    clustering: [],
    preparing: [],
    drawing: null,
    notices: [],
    ...part,
  };
}
