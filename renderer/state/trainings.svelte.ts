/** Methods that learn from the library: what goes on, and what came of it. */
import type { LibraryClient, Training, TrainingDocument } from '../../engine/contract.ts';
import { isLookalikeError } from '../../engine/errors.ts';

/** A photo, and how a trained method draws it from its vector. */
export interface Drawn {
  photo: number;
  picture: string;
}

const drawnPhotos = 6;

export class TrainingsView {
  #trainings: Record<string, Training> = $state.raw({});
  #documents: Record<string, TrainingDocument | null> = $state.raw({});
  #drawn: Record<string, Drawn[]> = $state.raw({});
  /** Why a training did not work, by method. */
  #errors: Record<string, unknown> = $state.raw({});

  readonly #client: LibraryClient;

  constructor(client: LibraryClient) {
    this.#client = client;
    client.on('training', (training) => {
      const { method } = training;
      const ended = this.#trainings[method]?.state === 'running' && training.state === 'idle';
      this.#trainings = { ...this.#trainings, [method]: training };
      if (ended) void this.load(method);
    });
  }

  of(method: string): Training | null {
    return this.#trainings[method] ?? null;
  }

  documentOf(method: string): TrainingDocument | null {
    return this.#documents[method] ?? null;
  }

  drawnBy(method: string): Drawn[] {
    return this.#drawn[method] ?? [];
  }

  errorOf(method: string): unknown {
    return this.#errors[method] ?? this.#trainings[method]?.error ?? null;
  }

  async load(method: string): Promise<void> {
    try {
      const { training, document } = await this.#client.request('training.get', { method });
      this.#trainings = { ...this.#trainings, [method]: training };
      this.#documents = { ...this.#documents, [method]: document };
      if (document !== null) await this.#draw(method);
    } catch (error) {
      this.#errors = { ...this.#errors, [method]: error };
    }
  }

  async start(method: string): Promise<void> {
    this.#errors = { ...this.#errors, [method]: null };
    try {
      await this.#client.request('training.start', { method });
    } catch (error) {
      if (!isLookalikeError(error, 'cancelled'))
        this.#errors = { ...this.#errors, [method]: error };
    }
  }

  async cancel(method: string): Promise<void> {
    await this.#client.request('training.cancel', { method });
  }

  /** Some photos, spread over the library, and how the method draws them. */
  async #draw(method: string): Promise<void> {
    const { ids } = await this.#client.request('photos.list', { folder: null, order: 'folder' });
    const step = Math.max(1, Math.floor(ids.length / drawnPhotos));
    const photos = ids.filter((_, place) => place % step === 0).slice(0, drawnPhotos);
    const drawn = await this.#client.request('training.reconstructions', { method, photos });
    this.#drawn = { ...this.#drawn, [method]: drawn };
  }
}
