/** The model of a library's method: started when the first photo needs it, and then kept. */
import type { LibraryState } from '../contract.ts';
import type { Method } from '../methods/registry.ts';
import type { Embedder } from '../tensorflow/embedder.ts';

export class Model {
  readonly #method: Method;
  readonly #cacheFolder: string;
  #embedder: Promise<Embedder> | undefined;
  #backend: LibraryState['backend'] = null;

  constructor(method: Method, cacheFolder: string) {
    this.#method = method;
    this.#cacheFolder = cacheFolder;
  }

  /** How it computes, once it is started. */
  get backend(): LibraryState['backend'] {
    return this.#backend;
  }

  /** @throws LookalikeError `weights-damaged` or `tensorflow-unavailable` */
  embedder(): Promise<Embedder> {
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
    this.#backend = { name: started.backend, reason: started.reason };
    return started;
  }
}
