/**
 * Training of methods that learn from the library: what they learn from is gathered,
 * a process of its own learns, and what it learnt takes the place of what was there.
 *
 * Beside the database, `trained/<method>` holds what is used and `trained/<method>.next` what is in
 * the making, with `run.json` that says how. So a run that was ended by whatever goes on from its last
 * epoch, and the method stays usable meanwhile.
 */
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LibraryState, Training as TrainingState } from '../contract.ts';
import type { TrainingDocument } from '../documents.ts';
import { isLookalikeError, LookalikeError, systemCode, toErrorData } from '../errors.ts';
import { whyNoLastLayers, type LastLayers, type MethodEntry } from '../methods/registry.ts';
import type { Fork } from '../processes/child.ts';
import { settingsFor } from '../training/attributes.ts';
import { kinds } from '../training/kinds.ts';
import { defaultSettings, readResult, type TrainingRun } from '../training/run.ts';
import { Training } from '../training/training.ts';
import { writeAttributeData } from './attribute-data.ts';
import {
  begunWith,
  isSameList,
  learntAsAsked,
  readBegun,
  writeBegun,
  type BegunRun,
} from './begun-run.ts';
import type { Context, Handlers } from './context.ts';
import type { Methods } from './methods.ts';
import { writeTrainingData, type Asked, type DataParts } from './training-data.ts';

const mostReconstructed = 24;

export interface TrainingsOptions {
  context: Context;
  methods: Methods;
  modelsFolder: string;
  /** The folder `trained` of the library. */
  folder: string;
  program: LibraryState['program'];
  fork?: Fork;
  onLog: (line: string) => void;
}

export class Trainings {
  readonly #options: TrainingsOptions;
  readonly #training: Training;
  #state: TrainingState;
  /** The present run, and what ends it while photos are still being read. */
  #going: { method: string; abort: AbortController; end: Promise<unknown> } | undefined;

  constructor(options: TrainingsOptions) {
    this.#options = options;
    this.#state = idle('');
    const { fork, onLog } = options;
    this.#training = new Training({
      ...(fork && { fork }),
      onLog,
      onEpoch: ({ epoch, epochs, loss, validationLoss, secondsLeft }) => {
        const losses = [...this.#state.losses.slice(0, epoch - 1), { loss, validationLoss }];
        this.#tell({ epoch, epochs, losses, secondsLeft });
      },
      onProgress: ({ done, total }) => {
        this.#tell({ stage: 'learning', done, total });
      },
    });
  }

  /** What goes on, and what came of the last run of the method that ended. */
  async get(
    method: string,
  ): Promise<{ training: TrainingState; document: TrainingDocument | null }> {
    this.#entry(method);
    const training = this.#state.method === method ? this.#state : idle(method);
    const begun = await this.#begun(method);
    const interrupted = training.state === 'idle' && begun !== null;
    const layers = begun?.layers ?? null;
    const epochs = interrupted ? begun.epochs : training.epochs;
    return {
      training: { ...training, interrupted, epochs, layers },
      document: await this.#document(method),
    };
  }

  /**
   * Trains a method until the end, and then uses what it learnt. A run with the same seed that was
   * stopped is gone on with.
   * @param byItself whether no person asked: then it goes on with the labels that it began with
   * @throws LookalikeError `method-not-trained`, `library-empty`, `cancelled`, `disk-full`,
   *   `training-needs-native`, and those of `writeTrainingData` and `Training.start`
   */
  async start(method: string, asked: Asked, byItself = false): Promise<TrainingDocument> {
    const entry = this.#entry(method);
    this.#options.context.requirePhotos();
    if (asked.layers > 0) this.#requireLastLayers(entry);
    if (this.#going)
      throw new LookalikeError(
        'training-busy',
        'Another training is going on. Wait until it is done, or stop it.',
      );
    const abort = new AbortController();
    const end = this.#run(entry, asked, byItself, abort.signal);
    this.#going = { method, abort, end: end.catch(() => undefined) };
    try {
      await end;
    } finally {
      this.#going = undefined;
    }
    const document = await this.#document(method);
    if (!document) throw new Error(`the training of ${method} left nothing`);
    return document;
  }

  /** Stops a training; what was learnt until its last epoch stays, for when it is started again. */
  async cancel(method: string): Promise<void> {
    const going = this.#going;
    if (going?.method !== method) return;
    this.#stop(going);
    await going.end;
    const run = await this.#begun(method);
    if (run) await this.#note(method, { ...run, stopped: true });
  }

  #stop({ abort }: { abort: AbortController }): void {
    abort.abort(
      new LookalikeError('cancelled', 'The training was stopped. Start it again to go on.'),
    );
    this.#training.cancel();
  }

  /** Goes on with runs that a closed program left. */
  async goOn(): Promise<void> {
    for (const { id, trains } of this.#options.methods.states()) {
      const run = trains ? await this.#begun(id) : null;
      if (!run || run.stopped) continue;
      const { epochs, seed, layers, dimensions } = run;
      // What it learns from is there; where labels come from does not matter any more.
      const asked: Asked = {
        ...{ epochs, seed, layers, dimensions },
        ...{ labels: { from: 'folders' }, holdOut: false, attributes: null },
      };
      await this.start(id, asked, true);
    }
  }

  /**
   * Photos as the trained method draws them from their vectors, as addresses with all data in them.
   * @throws LookalikeError `method-not-trained`, `photo-unknown`, or as `Methods.get`
   */
  async reconstructions(
    method: string,
    photos: readonly number[],
  ): Promise<{ photo: number; picture: string }[]> {
    this.#entry(method);
    const { context, methods } = this.#options;
    const { decoder } = context.parts;
    const { method: trained, model } = methods.get(method);
    const embedder = await model.embedder();
    if (!embedder.reconstruct) return [];
    const drawn: { photo: number; picture: string }[] = [];
    for (const photo of photos.slice(0, mostReconstructed)) {
      const source = context.thumbnailSource(context.photo(photo));
      const pixels = await decoder.pixels(source, trained.inputSize);
      const again = await embedder.reconstruct(pixels, 1);
      const webp = await decoder.encode(new Uint8Array(again), trained.inputSize);
      drawn.push({
        photo,
        picture: `data:image/webp;base64,${Buffer.from(webp).toString('base64')}`,
      });
    }
    return drawn;
  }

  async close(): Promise<void> {
    const going = this.#going;
    if (!going) return;
    this.#stop(going);
    await going.end;
  }

  async #run(
    entry: MethodEntry,
    asked: Asked,
    byItself: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { id } = entry.facts;
    const { methods, program } = this.#options;
    this.#state = idle(id);
    const { modelsFolder } = this.#options;
    const { layers, dimensions, epochs } = asked;
    const lastLayers = lastLayersOf(entry, layers);
    const kind = lastLayers?.kind ?? this.#kindOf(entry).kind;
    const special = kind === 'pixels-pca' ? null : kinds[kind].settings;
    this.#tell({ state: 'running', epochs: special === null ? 0 : epochs, layers });
    try {
      const folder = this.#next(id);
      const { data, labels, attributes } = await this.#data(entry, asked, byItself, signal);
      const run: TrainingRun = {
        kind,
        settings: {
          ...{ ...defaultSettings, ...special, epochs },
          ...(attributes && settingsFor(attributes)),
        },
        seed: asked.seed,
        data: { path: dataPath(folder), ...data },
        labels,
        ...(attributes && { attributes: attributes.told }),
        ...(lastLayers && { tail: { model: lastLayers.modelIn(modelsFolder), layers } }),
        dimensions,
        folder,
        program: program.version,
      };
      this.#tell({ stage: 'learning', done: 0, total: 0 });
      const { problem } = await this.#training.start(run);
      await rm(dataPath(folder), { force: true });
      await rm(join(folder, 'run.json'), { force: true });
      await this.#replace(id);
      await methods.reload(id);
      this.#tell({ state: 'idle', error: problem });
    } catch (error) {
      const reason: unknown = signal.aborted ? signal.reason : error;
      const cancelled = isLookalikeError(reason, 'cancelled');
      this.#tell({ state: 'idle', error: cancelled ? null : toErrorData(reason) });
      throw reason;
    }
  }

  /**
   * What is learnt from. A run that is gone on with keeps its photos, and with the same list their
   * attributes; its labelled vectors are read anew, as a person may have labelled otherwise, unless it
   * goes on by itself.
   */
  async #data(
    entry: MethodEntry,
    asked: Asked,
    byItself: boolean,
    signal: AbortSignal,
  ): Promise<BegunRun> {
    const { id } = entry.facts;
    const { context, methods, modelsFolder } = this.#options;
    const { seed, epochs, layers, dimensions } = asked;
    const training = this.#kindOf(entry);
    const folder = this.#next(id);
    const known = await this.#begun(id);
    const isSame = known?.seed === seed && known.layers === layers;
    const isKept = byItself || 'side' in training || isSameList(known, asked);
    if (isSame && isKept) {
      const run = { ...known, epochs, dimensions, stopped: false, ...learntAsAsked(known, asked) };
      await this.#note(id, run);
      return run;
    }
    if (!isSame) await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const parts: DataParts = {
      ...{ context, methods, modelsFolder, signal },
      onProgress: (done, total) => {
        this.#tell({ stage: 'reading', done, total });
      },
    };
    const { attributes, ...written } = await ('attributesOf' in training
      ? writeAttributeData(dataPath(folder), training, asked, parts)
      : writeTrainingData(dataPath(folder), training, asked, parts));
    const run = {
      ...{ seed, epochs, layers, dimensions, stopped: false, ...written },
      ...(attributes && asked.attributes && begunWith(asked.attributes, attributes)),
    };
    await this.#note(id, run);
    return run;
  }

  /** What was made takes the place of what was used. */
  async #replace(id: string): Promise<void> {
    const used = join(this.#options.folder, id);
    const old = `${used}.old`;
    await rm(old, { recursive: true, force: true });
    await rename(used, old).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error;
    });
    await rename(this.#next(id), used);
    await rm(old, { recursive: true, force: true });
  }

  async #document(method: string): Promise<TrainingDocument | null> {
    const { facts } = this.#entry(method);
    const result = await readResult(join(this.#options.folder, method));
    if (!result) return null;
    const { settings, seed, data, labels, code, backend, losses, bestEpoch, ended, seconds } =
      result;
    const { layers, components, attributes } = result;
    return {
      schema: 'lookalike/training@1',
      program: { ...this.#options.program, version: code.program },
      method: { id: facts.id, name: facts.name },
      settings,
      seed,
      data,
      ...{ labels, layers, components },
      ...(attributes && { attributes }),
      backend,
      losses,
      bestEpoch,
      ended,
      problem: result.problem,
      seconds,
      sha256: result.sha256,
    };
  }

  /** The run that was begun and not ended, or null. */
  #begun(id: string): Promise<BegunRun | null> {
    return readBegun(this.#next(id));
  }

  #note(id: string, run: BegunRun): Promise<void> {
    return writeBegun(this.#next(id), run);
  }

  #next(id: string): string {
    return join(this.#options.folder, `${id}.next`);
  }

  #kindOf({ facts, training }: MethodEntry): NonNullable<MethodEntry['training']> {
    if (!training) throw new Error(`${facts.id} does not say how it is trained`);
    return training;
  }

  /** @throws LookalikeError `method-not-trained`, or `method-unknown` */
  #entry(method: string): MethodEntry {
    const entry = this.#options.methods.entry(method);
    if (!entry) throw unknownMethod(this.#options.methods, method);
    if (!entry.training)
      throw new LookalikeError(
        'method-not-trained',
        `${entry.facts.name} does not learn from your photos, so there is nothing to train.`,
      );
    return entry;
  }

  /** @throws LookalikeError `method-not-trained`, `training-needs-native` */
  #requireLastLayers(entry: MethodEntry): void {
    if (!lastLayersOf(entry, 1))
      throw new LookalikeError(
        'method-not-trained',
        `${entry.facts.name} does not come after a network whose last layers could be trained.`,
      );
    const reason = whyNoLastLayers();
    if (reason !== null)
      throw new LookalikeError(
        'training-needs-native',
        `${reason} Without the last layers it can be trained here.`,
      );
  }

  #tell(part: Partial<TrainingState>): void {
    this.#state = { ...this.#state, ...part };
    this.#options.context.parts.emit('training', this.#state);
  }
}

export function trainingRequests(
  trainings: Trainings,
): Handlers<'training.get' | 'training.start' | 'training.cancel' | 'training.reconstructions'> {
  return {
    'training.get': ({ method }) => trainings.get(method),
    'training.start': ({ method, ...asked }) => trainings.start(method, asked),
    'training.cancel': async ({ method }) => {
      await trainings.cancel(method);
      return {};
    },
    'training.reconstructions': ({ method, photos }) => trainings.reconstructions(method, photos),
  };
}

function idle(method: string): TrainingState {
  return {
    ...{ method, state: 'idle', stage: 'reading', done: 0, total: 0, epoch: 0, epochs: 0 },
    ...{ losses: [], secondsLeft: null, interrupted: false, layers: null, error: null },
  };
}

function unknownMethod(methods: Methods, id: string): LookalikeError {
  try {
    methods.get(id);
  } catch (error) {
    if (isLookalikeError(error)) return error;
  }
  throw new Error(`${id} is a method without an entry`);
}

/** What trains `count` last layers of a network; undefined where none is to be trained, or can be. */
function lastLayersOf({ training }: MethodEntry, count: number): LastLayers | undefined {
  return count > 0 && training && 'vectorsOf' in training ? training.lastLayers : undefined;
}

function dataPath(folder: string): string {
  return join(folder, 'photos.u8');
}
