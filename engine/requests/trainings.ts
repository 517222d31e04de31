/**
 * Training of methods that learn from the library: what they learn from is gathered,
 * a process of its own learns, and what it learnt takes the place of what was there.
 *
 * Beside the database, `trained/<method>` holds what is used and `trained/<method>.next` what is in
 * the making, with `run.json` that says how. So a run that was ended by whatever goes on from its last
 * epoch, and the method stays usable meanwhile.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { LibraryState, Training as TrainingState } from '../contract.ts';
import { trainingDocument, type TrainingDocument } from '../documents.ts';
import { isLookalikeError, LookalikeError, systemCode, toErrorData } from '../errors.ts';
import type { MethodEntry } from '../methods/registry.ts';
import type { Fork } from '../processes/child.ts';
import { kinds } from '../training/kinds.ts';
import { defaultSettings, readResult, type TrainingRun } from '../training/run.ts';
import { Training } from '../training/training.ts';
import type { Context, Handlers } from './context.ts';
import type { Methods } from './methods.ts';
import { writeTrainingData, type Asked } from './training-data.ts';

const mostReconstructed = 24;

/** How a run that was begun is gone on with. */
const begun = z.strictObject({
  seed: z.number(),
  epochs: z.number(),
  /** Whether the person stopped it: then it does not go on by itself. */
  stopped: z.boolean(),
  data: z.strictObject({ count: z.number(), version: z.string(), of: z.string().optional() }),
  labels: trainingDocument.shape.labels,
});

export interface TrainingsOptions {
  context: Context;
  methods: Methods;
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
    const interrupted = training.state === 'idle' && (await this.#begun(method)) !== null;
    return { training: { ...training, interrupted }, document: await this.#document(method) };
  }

  /**
   * Trains a method until the end, and then uses what it learnt. A run with the same seed that was
   * stopped is gone on with.
   * @param byItself whether no person asked: then it goes on with the labels that it began with
   * @throws LookalikeError `method-not-trained`, `library-empty`, `cancelled`, `disk-full`, and those
   *   of `writeTrainingData` and `Training.start`
   */
  async start(method: string, asked: Asked, byItself = false): Promise<TrainingDocument> {
    const entry = this.#entry(method);
    this.#options.context.requirePhotos();
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
      const { epochs, seed } = run;
      // What it learns from is there; where labels come from does not matter any more.
      const asked: Asked = { epochs, seed, labels: { from: 'folders' }, holdOut: false };
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
    this.#tell({ state: 'running', epochs: asked.epochs });
    try {
      const folder = this.#next(id);
      const { kind } = this.#kindOf(entry);
      const run: TrainingRun = {
        kind,
        settings: { ...defaultSettings, ...kinds[kind].settings, epochs: asked.epochs },
        seed: asked.seed,
        ...(await this.#data(entry, asked, byItself, signal)),
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
   * What is learnt from. A run that is gone on with keeps its photos; its labelled vectors are read
   * anew, as a person may have labelled otherwise, unless it goes on by itself.
   */
  async #data(
    entry: MethodEntry,
    asked: Asked,
    byItself: boolean,
    signal: AbortSignal,
  ): Promise<Pick<TrainingRun, 'data' | 'labels'>> {
    const { id } = entry.facts;
    const { context, methods } = this.#options;
    const { seed, epochs } = asked;
    const training = this.#kindOf(entry);
    const folder = this.#next(id);
    const path = dataPath(folder);
    const known = await this.#begun(id);
    const isSame = known?.seed === seed;
    if (isSame && (byItself || 'side' in training)) {
      await this.#note(id, { ...known, epochs, stopped: false });
      return { data: { path, ...known.data }, labels: known.labels };
    }
    if (!isSame) await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const { data, labels } = await writeTrainingData(path, training, asked, {
      context,
      methods,
      signal,
      onProgress: (done, total) => {
        this.#tell({ stage: 'reading', done, total });
      },
    });
    await this.#note(id, { seed, epochs, stopped: false, data, labels });
    return { data: { path, ...data }, labels };
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
    return {
      schema: 'lookalike/training@1',
      program: { ...this.#options.program, version: code.program },
      method: { id: facts.id, name: facts.name },
      settings,
      seed,
      data,
      labels,
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
  async #begun(id: string): Promise<z.infer<typeof begun> | null> {
    try {
      const text = await readFile(join(this.#next(id), 'run.json'), 'utf8');
      return begun.parse(JSON.parse(text));
    } catch {
      // There is none, or one that cannot be gone on with: it is begun anew.
      return null;
    }
  }

  async #note(id: string, run: z.infer<typeof begun>): Promise<void> {
    await writeFile(join(this.#next(id), 'run.json'), JSON.stringify(run));
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
    ...{ losses: [], secondsLeft: null, interrupted: false, error: null },
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

function dataPath(folder: string): string {
  return join(folder, 'photos.u8');
}
