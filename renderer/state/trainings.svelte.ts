/** Methods that learn from the library: what goes on, and what came of it. */
import type {
  AttributesGiven,
  LibraryClient,
  Method,
  Params,
  Training,
  TrainingDocument,
} from '../../engine/contract.ts';
import { isLookalikeError } from '../../engine/errors.ts';
import { attributesMethod } from './description.svelte.ts';
import { textOf, type FileOfLabels } from './file-of-labels.ts';
import { TrainingChoices } from './training-choices.svelte.ts';

type Labels = NonNullable<Params<'training.start'>['labels']>;

/** A photo, and how a trained method draws it from its vector. */
export interface Drawn {
  photo: number;
  picture: string;
}

const drawnPhotos = 6;

export class TrainingsView {
  /** Where labels come from, for methods that learn from them. */
  labelsFrom: Labels['from'] = $state('folders');
  /** The CSV file, once chosen. */
  file: FileOfLabels | null = $state.raw(null);
  /** Whether there is something that labels come from. */
  readonly labelled = $derived(this.labelsFrom !== 'csv' || this.file !== null);
  /** The list that attributes are learnt from, once chosen, and how. */
  attributes: FileOfLabels | null = $state.raw(null);
  loss: AttributesGiven['loss'] = $state('bce');
  optimizer: AttributesGiven['optimizer'] = $state('adam');
  readonly choices = new TrainingChoices();
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
      this.choices.take(training);
      if (document !== null && document.attributes === undefined) await this.#draw(method);
    } catch (error) {
      this.#errors = { ...this.#errors, [method]: error };
    }
  }

  /** Takes a CSV file; what it holds is judged by the library. */
  async choose(method: string, file: Pick<File, 'name' | 'size' | 'arrayBuffer'>): Promise<void> {
    this.#errors = { ...this.#errors, [method]: null };
    try {
      this.file = { name: file.name, text: await textOf(file) };
    } catch (error) {
      this.file = null;
      this.#errors = { ...this.#errors, [method]: error };
    }
  }

  /** The same of a list of attributes. */
  async chooseAttributes(
    method: string,
    file: Pick<File, 'name' | 'size' | 'arrayBuffer'>,
  ): Promise<void> {
    this.#errors = { ...this.#errors, [method]: null };
    try {
      this.attributes = { name: file.name, text: await textOf(file) };
    } catch (error) {
      this.attributes = null;
      this.#errors = { ...this.#errors, [method]: error };
    }
  }

  /** Whether there is something that a method can learn from. What was begun has it already. */
  isReady({
    id,
    learnsFromLabels,
    learnsFromAttributes,
  }: Pick<Method, 'id' | 'learnsFromLabels' | 'learnsFromAttributes'>): boolean {
    if (learnsFromAttributes) return this.attributes !== null || this.of(id)?.interrupted === true;
    return !learnsFromLabels || this.labelled;
  }

  /** @param chosen what the method takes of `choices` */
  async start(method: string, chosen: ReturnType<TrainingChoices['for']> = {}): Promise<void> {
    this.#errors = { ...this.#errors, [method]: null };
    try {
      await this.#client.request('training.start', {
        method,
        labels: this.#labels(),
        ...chosen,
        attributes: method === attributesMethod ? this.#attributesGiven() : null,
      });
    } catch (error) {
      if (!isLookalikeError(error, 'cancelled'))
        this.#errors = { ...this.#errors, [method]: error };
    }
  }

  #attributesGiven(): AttributesGiven | null {
    const { attributes: list, loss, optimizer } = this;
    return list && { file: list.name, text: list.text, loss, optimizer };
  }

  #labels(): Labels {
    const { labelsFrom: from, file } = this;
    if (from !== 'csv') return { from };
    return file ? { from, file: file.name, text: file.text } : { from: 'folders' };
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
