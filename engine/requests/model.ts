/** The model of a method: started when the first photo needs it, and then kept. */
import type { LibraryState } from '../contract.ts';
import type { Embedder, Method } from '../methods/registry.ts';

export class Model {
  readonly #method: Method;
  readonly #cacheFolder: string;
  readonly #mayStart: () => void;
  #embedder: Promise<Embedder> | undefined;
  #backend: LibraryState['backend'] = null;

  /** @param mayStart throws when nothing is to be started any more */
  constructor(method: Method, cacheFolder: string, mayStart: () => void) {
    this.#method = method;
    this.#cacheFolder = cacheFolder;
    this.#mayStart = mayStart;
  }

  /** How TensorFlow computes, once it is started; null where it is not needed. */
  get backend(): LibraryState['backend'] {
    return this.#backend;
  }

  /** @throws LookalikeError `weights-damaged` or `tensorflow-unavailable` */
  async embedder(): Promise<Embedder> {
    this.#mayStart();
    // A start that failed is not kept: the next photo tries again.
    this.#embedder ??= this.#start().catch((error: unknown) => {
      this.#embedder = undefined;
      throw error;
    });
    return this.#embedder;
  }

  async close(): Promise<void> {
    await this.#embedder?.then(
      (started) => started.close(),
      () => undefined,
    );
  }

  async #start(): Promise<Embedder> {
    const started = await this.#method.createEmbedder({ cacheFolder: this.#cacheFolder });
    const { backend, reason } = started;
    this.#backend = backend && { name: backend, reason };
    return started;
  }
}
