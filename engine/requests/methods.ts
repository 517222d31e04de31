/**
 * The methods of an open library: which there are, which can be used, and their vectors, which are
 * computed when they are first wanted. The default one's are computed by indexing.
 */
import type { Method as MethodState, Preparing } from '../contract.ts';
import { defaultMethod } from '../default-method.ts';
import { join } from 'node:path';
import {
  isLookalikeError,
  LookalikeError,
  messageOf,
  toErrorData,
  type ErrorCode,
} from '../errors.ts';
import { Fill } from '../indexing/fill.ts';
import { whyNoLastLayers, type MethodEntry, type MethodTraining } from '../methods/registry.ts';
import type { Context, Handlers } from './context.ts';
import { Model } from './model.ts';
import { OpenMethod } from './open-method.ts';

export interface MethodsOptions {
  context: Context;
  /** Those that there are to begin with, the default first. */
  entries: readonly MethodEntry[];
  modelsFolder: string;
  /** The folder that holds a folder for each trained method. */
  trainedFolder: string;
  /** Where models are kept in the form in which TensorFlow loads them. */
  cacheFolder: string;
  /** Whether clusters of a method are found as soon as its vectors are there. */
  live: boolean;
  onLog: (line: string) => void;
  /** Called before anything is started. @throws LookalikeError when the library is being closed */
  refuseWhenClosing: () => void;
}

/** What makes one method unusable, and says nothing against the others. */
const aboutOneMethod: ErrorCode[] = ['weights-damaged', 'method-untrained', 'model-damaged'];

/** A method that is in the registry: open, or why it cannot be used. */
type Known = { open: OpenMethod } | { unavailable: LookalikeError };

export class Methods {
  readonly #options: MethodsOptions;
  readonly #entries: MethodEntry[] = [];
  readonly #known = new Map<string, Known>();
  readonly #preparing = new Map<string, { fill: Fill; result: Promise<number> }>();
  readonly #told = new Map<string, Preparing>();

  private constructor(options: MethodsOptions) {
    this.#options = options;
  }

  /**
   * Loads what there is to know of all methods.
   * @throws LookalikeError `weights-damaged` when the default cannot be used, or what the store throws
   */
  static async open(options: MethodsOptions): Promise<Methods> {
    const methods = new Methods(options);
    for (const entry of options.entries) {
      methods.#entries.push(entry);
      await methods.#load(entry);
    }
    methods.get(defaultMethod);
    return methods;
  }

  /** Every method that can be used, the default first. */
  get all(): OpenMethod[] {
    return [...this.#known.values()].flatMap((known) => ('open' in known ? [known.open] : []));
  }

  get default(): OpenMethod {
    return this.get(defaultMethod);
  }

  /** Those whose vectors are being computed. */
  get preparing(): Preparing[] {
    return [...this.#told.values()].filter(({ state }) => state === 'running');
  }

  /** @throws LookalikeError `method-unknown`, or why it cannot be used */
  get(id: string): OpenMethod {
    const known = this.#known.get(id);
    if (!known)
      throw new LookalikeError(
        'method-unknown',
        `There is no method “${id}”. There are ${[...this.#known.keys()].join(', ')}.`,
      );
    if ('unavailable' in known) throw known.unavailable;
    return known.open;
  }

  /** The entry of a method, whether or not it can be used; undefined where there is none. */
  entry(id: string): MethodEntry | undefined {
    return this.#entries.find(({ facts }) => facts.id === id);
  }

  /** The method that the database numbers so, if it is open. */
  byRow(rowId: number): OpenMethod | undefined {
    return this.all.find((method) => method.rowId === rowId);
  }

  states(): MethodState[] {
    return this.#entries.map(({ facts, training }) => {
      const known = this.#known.get(facts.id);
      const open = known && 'open' in known ? known.open : undefined;
      const { id, name, sentence, needs, metric, trains, finds } = facts;
      return {
        ...{ id, name, sentence, needs, metric, trains, finds },
        learnsFromLabels: training !== undefined && 'vectorsOf' in training,
        ...choices(training),
        learnsFromAttributes: training !== undefined && 'attributesOf' in training,
        dimensions: open?.method.dimensions ?? null,
        unavailable: known && 'unavailable' in known ? toErrorData(known.unavailable) : null,
        photos: open?.photos ?? 0,
        clusters: open?.runs.count ?? null,
        own: facts.own === undefined ? null : { model: facts.own },
      };
    });
  }

  /**
   * Computes a method's vectors for all photos that lack them. A call while that goes on joins in.
   * @returns how many photos have a vector of it then
   * @throws LookalikeError as `get` and as `Fill.run`, `cancelled` among them
   */
  async prepare(id: string): Promise<number> {
    const method = this.get(id);
    // Indexing computes these, beside everything else that a photo needs.
    if (id === defaultMethod) return method.photos;
    let preparing = this.#preparing.get(id);
    if (!preparing) {
      const fill = this.#fill(method);
      const result = this.#run(method, fill).finally(() => this.#preparing.delete(id));
      this.#preparing.set(id, (preparing = { fill, result }));
    }
    return preparing.result;
  }

  /**
   * Brings every method that is in use up to date with the photos that indexing brought: its vectors
   * where there are some, and its clusters.
   * @throws LookalikeError as `prepare` and `ClusterRuns.refresh`
   */
  async followIndexing(): Promise<void> {
    await this.default.runs.refresh();
    for (const { id, photos, runs } of this.all) {
      if (id === defaultMethod || photos === 0) continue;
      await this.prepare(id);
      await runs.refresh();
    }
  }

  /** Loads a method again that was trained: it has other vectors now, if it had any. */
  async reload(id: string): Promise<void> {
    const entry = this.entry(id);
    if (!entry) return;
    await this.#stop(id);
    const before = this.#known.get(id);
    // Later it would be taken for one of the new vectors, which may get the same number.
    if (before && 'open' in before) before.open.runs.store();
    await this.#load(entry);
    await this.#letGo(before);
    this.#options.context.parts.emit('methods', {});
  }

  /** A method more. */
  async add(entry: MethodEntry): Promise<void> {
    await this.#load(entry);
    this.#entries.push(entry);
    this.#options.context.parts.emit('methods', {});
  }

  /** A method less: its vectors, and what was found with them, are forgotten. */
  async remove(id: string): Promise<void> {
    const at = this.#entries.findIndex(({ facts }) => facts.id === id);
    if (at === -1) return;
    this.#entries.splice(at, 1);
    const before = this.#known.get(id);
    this.#known.delete(id);
    this.#told.delete(id);
    await this.#stop(id);
    if (before && 'open' in before) {
      await before.open.runs.cancel().catch(() => undefined);
      before.open.runs.store();
    }
    await this.#letGo(before);
    this.#options.context.parts.store.writer.removeMethod(id);
    this.#options.context.parts.emit('methods', {});
  }

  async #stop(id: string): Promise<void> {
    const preparing = this.#preparing.get(id);
    preparing?.fill.cancel();
    await preparing?.result.catch(() => undefined);
  }

  async #letGo(known: Known | undefined): Promise<void> {
    if (!known || !('open' in known)) return;
    await this.#options.context.parts.search.forget(known.open.rowId);
    await known.open.model.close();
  }

  /** Stops computing vectors; what is computed stays. */
  cancel(id: string): void {
    this.#preparing.get(id)?.fill.cancel();
  }

  async close(): Promise<void> {
    for (const { fill, result } of this.#preparing.values()) {
      fill.cancel();
      await result.catch(() => undefined);
    }
    for (const { runs } of this.all) runs.store();
    await Promise.all(this.all.map(({ model }) => model.close()));
  }

  async #load({ facts, load }: MethodEntry): Promise<void> {
    const { context, modelsFolder, trainedFolder, cacheFolder, refuseWhenClosing } = this.#options;
    try {
      const method = await load({ modelsFolder, trainedFolder: join(trainedFolder, facts.id) });
      const { id, version, dimensions } = method;
      const rowId = context.parts.store.writer.method(id, version, dimensions);
      const model = new Model(method, cacheFolder, refuseWhenClosing);
      this.#known.set(id, { open: new OpenMethod(context, method, rowId, model) });
    } catch (error) {
      if (!isLookalikeError(error) || !aboutOneMethod.includes(error.code)) throw error;
      this.#known.set(facts.id, { unavailable: error });
    }
  }

  #fill({ id, method, rowId, model }: OpenMethod): Fill {
    const { store, decoder, changes } = this.#options.context.parts;
    const { context } = this.#options;
    return new Fill({
      store,
      decoder,
      methodId: rowId,
      method,
      embedder: () => model.embedder(),
      sourcesOf: (photo) => context.sourcesOf(photo, method.inputSize),
      vectorOf: method.vectorsOf === undefined ? undefined : this.#vectorsOf(method.vectorsOf),
      onPhotos: (added) => {
        changes.addVectors(added);
      },
      onProgress: (progress) => {
        this.#tell({ method: id, state: 'running', ...progress, error: null });
      },
    });
  }

  #vectorsOf(id: string): (photoId: number) => Float32Array | undefined {
    const source = this.get(id);
    return (photoId) => source.vector(photoId);
  }

  async #run(method: OpenMethod, fill: Fill): Promise<number> {
    const { id } = method;
    const idle = { method: id, state: 'idle', done: 0, total: 0, secondsLeft: null } as const;
    try {
      await fill.run();
      this.#tell({ ...idle, error: null });
      if (this.#options.live) this.#cluster(method);
      return method.photos;
    } catch (error) {
      const cancelled = isLookalikeError(error, 'cancelled');
      this.#tell({ ...idle, error: cancelled ? null : toErrorData(error) });
      throw error;
    } finally {
      this.#options.context.parts.emit('methods', {});
    }
  }

  /** Finds clusters beside other work; nobody waits for them. */
  #cluster({ id, runs }: OpenMethod): void {
    runs.refresh().catch((error: unknown) => {
      if (!isLookalikeError(error, 'cancelled'))
        this.#options.onLog(`finding clusters of ${id}: ${messageOf(error)}`);
    });
  }

  #tell(preparing: Preparing): void {
    this.#told.set(preparing.method, preparing);
    this.#options.context.parts.emit('preparing', preparing);
  }
}

/** What a person may choose of a training. */
function choices(
  training: MethodTraining | undefined,
): Pick<MethodState, 'choosesEpochs' | 'choosesDimensions' | 'lastLayers'> {
  const hasLayers = training !== undefined && 'vectorsOf' in training && training.lastLayers;
  return {
    choosesEpochs: training !== undefined && training.kind !== 'pixels-pca',
    choosesDimensions: training !== undefined && 'side' in training && !!training.choosesDimensions,
    lastLayers: hasLayers ? { unavailable: whyNoLastLayers() } : null,
  };
}

export function methodRequests(
  context: Context,
  methods: Methods,
): Handlers<'methods.prepare' | 'methods.cancel'> {
  return {
    'methods.prepare': async ({ method }) => {
      context.requirePhotos();
      return { photos: await methods.prepare(method) };
    },

    'methods.cancel': ({ method }) => {
      methods.cancel(method);
      return {};
    },
  };
}
