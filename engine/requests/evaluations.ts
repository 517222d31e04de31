/**
 * Answers requests for evaluations: which photos are queries is decided here, what they find is
 * measured in the search process, and the last result is kept until the library is closed.
 */
import type { Checked, Evaluating, EvaluationDocument, LibraryState } from '../contract.ts';
import { LookalikeError } from '../errors.ts';
import { heldOut, heldOutShare, leaveOneOut, type Split } from '../evaluation/split.ts';
import type { EvaluationProgress } from '../search/process.ts';
import type { Context, Handlers } from './context.ts';
import { labelledPhotos } from './labelled-photos.ts';
import type { Methods } from './methods.ts';
import type { OpenMethod } from './open-method.ts';
import { secondsPerPhoto } from './seconds-per-photo.ts';

type Settings = Checked<'evaluation.run'>;

export class Evaluations {
  readonly #context: Context;
  readonly #methods: Methods;
  readonly #program: LibraryState['program'];
  #evaluating: Evaluating = { state: 'idle', method: null, done: 0, total: 0 };
  #last: EvaluationDocument | null = null;
  /** What was asked for last, while it goes on. */
  #asked: Settings | undefined;

  constructor(context: Context, methods: Methods, program: LibraryState['program']) {
    this.#context = context;
    this.#methods = methods;
    this.#program = program;
  }

  get evaluating(): Evaluating {
    return this.#evaluating;
  }

  /** The last one; null before the first. */
  get last(): EvaluationDocument | null {
    return this.#last;
  }

  /**
   * Evaluates the methods that were asked for, or all that can be used. A run that is going on is stopped.
   * @throws LookalikeError `library-empty`, `labels-unknown`, `labels-one-class`, `labels-too-few`,
   *   `k-too-large` or `cancelled`
   */
  async run(settings: Settings): Promise<EvaluationDocument> {
    this.#context.requirePhotos();
    this.#asked = settings;
    this.#tell({ state: 'running', method: null, done: 0, total: 0 });
    try {
      const document = await this.#evaluate(settings);
      this.#refuseWhenStopped(settings);
      this.#last = document;
      return document;
    } finally {
      if (settings === this.#asked) this.#end();
    }
  }

  async cancel(): Promise<void> {
    if (this.#asked === undefined) return;
    this.#end();
    for (const method of this.#methods.all) {
      this.#methods.cancel(method.id);
      await method.ask('cancelEvaluation', {});
    }
  }

  progress({ method: rowId, done, total }: EvaluationProgress): void {
    const method = this.#methods.byRow(rowId)?.id ?? null;
    if (this.#asked !== undefined) this.#tell({ state: 'running', method, done, total });
  }

  async #evaluate(settings: Settings): Promise<EvaluationDocument> {
    // Faces only where they are asked for: photos without any would be left out for all methods.
    const whole = this.#methods.all.filter(({ findsFaces }) => !findsFaces);
    const chosen = settings.methods ?? whole.map(({ id }) => id);
    const methods = chosen.map((id) => this.#methods.get(id));
    // Labels that cannot be used are refused before vectors are computed, which may take hours.
    await this.#labelled(settings, []);
    this.#refuseWhenStopped(settings);
    for (const { id } of methods) {
      this.#tell({ state: 'running', method: id, done: 0, total: 0 });
      await this.#methods.prepare(id);
      this.#refuseWhenStopped(settings);
    }
    const { ids, labels, told, split } = await this.#labelled(settings, methods);
    const { k, seed } = settings;
    const isHeldOut = settings.split === 'held-out';
    this.#refuseWhenStopped(settings);
    const queries = Array.from(split.queries, (index) => ids[index] ?? 0);
    const measured: EvaluationDocument['methods'] = [];
    for (const open of methods) {
      const { id, name, dimensions, metric } = open.method;
      const figures = await open.ask('evaluate', { ids, labels, split, k });
      this.#refuseWhenStopped(settings);
      const seconds = await secondsPerPhoto(this.#context, open, queries);
      measured.push({ id, name, dimensions, metric, ...figures, secondsPerPhoto: seconds });
    }
    return {
      schema: 'lookalike/evaluation@1',
      created: new Date().toISOString(),
      program: this.#program,
      labels: told,
      split: {
        kind: settings.split,
        share: isHeldOut ? heldOutShare : null,
        seed: isHeldOut ? seed : null,
        queries: split.queries.length,
        searched: split.searched.length,
      },
      k,
      methods: measured,
    };
  }

  /**
   * The photos that `methods` can be measured with, and which of them are queries.
   * @throws LookalikeError `labels-unknown`, `labels-one-class`, `labels-too-few`, `k-too-large`
   */
  async #labelled({ labels: given, k, seed, split: kind }: Settings, methods: OpenMethod[]) {
    const photos = await labelledPhotos(this.#context, given, methods);
    const isHeldOut = kind === 'held-out';
    const split = isHeldOut ? heldOut(photos.labels, seed) : leaveOneOut(photos.labels);
    requireResults(k, split, isHeldOut);
    return { ...photos, split };
  }

  #refuseWhenStopped(settings: Settings): void {
    if (settings !== this.#asked)
      throw new LookalikeError('cancelled', 'The evaluation was stopped.');
  }

  #end(): void {
    this.#asked = undefined;
    this.#tell({ state: 'idle', method: null, done: 0, total: 0 });
  }

  #tell(evaluating: Evaluating): void {
    this.#evaluating = evaluating;
    this.#context.parts.emit('evaluating', evaluating);
  }
}

export function evaluationRequests(
  evaluations: Evaluations,
): Handlers<'evaluation.get' | 'evaluation.run' | 'evaluation.cancel'> {
  return {
    'evaluation.get': () => ({
      document: evaluations.last,
      evaluating: evaluations.evaluating,
    }),

    'evaluation.run': (settings) => evaluations.run(settings),

    'evaluation.cancel': async () => {
      await evaluations.cancel();
      return {};
    },
  };
}

/** @throws LookalikeError `k-too-large` */
function requireResults(k: number, { searched }: Split, isHeldOut: boolean): void {
  // With one left out, the query itself is no result.
  const others = isHeldOut ? searched.length : searched.length - 1;
  if (k > others)
    throw new LookalikeError(
      'k-too-large',
      `${k} results are asked for, but there are only ${others} photos to search. Choose a smaller number, or label more photos.`,
    );
}
