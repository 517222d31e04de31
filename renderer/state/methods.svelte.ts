/**
 * How photos are compared: the method that the person chose, and its vectors being computed when they
 * are first wanted.
 */
import type { LibraryClient, Method, Preparing } from '../../engine/contract.ts';
import { defaultMethod } from '../../engine/default-method.ts';
import { isLookalikeError } from '../../engine/errors.ts';
import type { LibraryView } from './library.svelte.ts';
import type { StorageLike } from './memory.ts';

const storedAs = 'method';

export class MethodsView {
  /** The id of the chosen method. */
  id: string = $state(defaultMethod);
  /** Why the chosen one's vectors could not be computed. */
  error: unknown = $state.raw(null);
  #preparing: Record<string, Preparing> = $state.raw({});

  readonly all: Method[] = $derived.by(() => this.#library.state?.methods ?? []);
  readonly usable: Method[] = $derived(this.all.filter(({ unavailable }) => unavailable === null));
  readonly chosen: Method | null = $derived(this.all.find(({ id }) => id === this.id) ?? null);
  /** Whether faces are compared, so that clusters are people. */
  readonly findsPeople: boolean = $derived(this.chosen?.finds === 'faces');
  /** The chosen one's vectors being computed, or null. */
  readonly preparing: Preparing | null = $derived.by(() => this.preparingOf(this.id));

  #client: LibraryClient;
  #listeners: ((isAnother: boolean) => void)[] = [];
  #library: LibraryView;
  #storage: StorageLike;

  /** @param storage lives as long as the window, so that a reload keeps the choice */
  constructor(client: LibraryClient, library: LibraryView, storage: StorageLike) {
    this.#client = client;
    this.#library = library;
    this.#storage = storage;
    this.id = storage.getItem(storedAs) ?? defaultMethod;
    client.on('preparing', (preparing) => {
      this.#preparing = { ...this.#preparing, [preparing.method]: preparing };
    });
    client.on('methods', () => {
      // Only then is it known whether the chosen one is still there to be asked.
      void library.load().then(() => {
        this.#changed(false);
      });
    });
    library.onLoad(() => {
      this.#leaveRemoved();
    });
  }

  /** `listener` is told when the chosen method is another one, and when it has other vectors. */
  onChange(listener: (isAnother: boolean) => void): void {
    this.#listeners.push(listener);
  }

  #changed(isAnother: boolean): void {
    for (const listener of this.#listeners) listener(isAnother);
  }

  /** A model of the person's own may be gone while it is chosen. */
  #leaveRemoved(): void {
    if (this.all.length > 0 && this.chosen === null) this.choose(defaultMethod);
  }

  choose(id: string): void {
    if (id === this.id) return;
    this.id = id;
    this.error = null;
    this.#storage.setItem(storedAs, id);
    this.#changed(true);
    void this.prepare();
  }

  /** A method's vectors being computed, or null. */
  preparingOf(id: string): Preparing | null {
    const preparing = this.#preparing[id];
    return preparing?.state === 'running' ? preparing : null;
  }

  /** Sees to it that all photos have a vector of a method. */
  async prepare(method = this.id): Promise<void> {
    if (method === defaultMethod || (this.#library.state?.photos ?? 0) === 0) return;
    try {
      this.error = null;
      await this.#client.request('methods.prepare', { method });
    } catch (error) {
      if (method === this.id && !isLookalikeError(error, 'cancelled')) this.error = error;
    }
  }

  async cancel(): Promise<void> {
    await this.#client.request('methods.cancel', { method: this.id });
  }
}
