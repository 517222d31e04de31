/**
 * Answers which method suits the photos of a person who has no labels, by the pairs that they marked
 * as alike and as not alike.
 *
 * Marks are mostly made on what one method found, and so favour it or, where it erred, the others: a
 * fair answer needs marks of pairs that all methods found (`marks.question`). A method that learnt
 * from the marks is measured, but cannot win.
 */
import type { Checked, LibraryState } from '../contract.ts';
import { LookalikeError } from '../errors.ts';
import { isHeldOut } from '../evaluation/marks.ts';
import { measurePairs, type MarkedPairs } from '../evaluation/pairs.ts';
import type { SuitsDocument } from '../marks-documents.ts';
import type { Context, Handlers } from './context.ts';
import { marksTooFew } from './marks-too-few.ts';
import type { Methods } from './methods.ts';
import type { OpenMethod } from './open-method.ts';
import { slices } from './slices.ts';
import type { Trainings } from './trainings.ts';

/** Marks of each kind that it takes: with fewer the answer would hardly ever be more than chance. */
const leastMarks = 5;

type Settings = Checked<'suits.run'>;
type Measured = SuitsDocument['methods'][number];

export class Suits {
  readonly #context: Context;
  readonly #methods: Methods;
  readonly #trainings: Trainings;
  readonly #program: LibraryState['program'];
  #last: SuitsDocument | null = null;
  /** What was asked for last, while it goes on. */
  #asked: Settings | undefined;

  constructor(
    context: Context,
    methods: Methods,
    trainings: Trainings,
    program: LibraryState['program'],
  ) {
    this.#context = context;
    this.#methods = methods;
    this.#trainings = trainings;
    this.#program = program;
  }

  /** The last answer; null before the first. */
  get last(): SuitsDocument | null {
    return this.#last;
  }

  get running(): boolean {
    return this.#asked !== undefined;
  }

  /**
   * Measures the methods that were asked for, or all that can be used. A run that is going on is stopped.
   * @throws LookalikeError `library-empty`, `marks-too-few`, `marks-learnt` or `cancelled`
   */
  async run(settings: Settings): Promise<SuitsDocument> {
    this.#context.requirePhotos();
    this.#asked = settings;
    try {
      const document = await this.#measure(settings);
      this.#last = document;
      return document;
    } finally {
      if (settings === this.#asked) this.#asked = undefined;
    }
  }

  cancel(): void {
    if (this.#asked === undefined) return;
    this.#asked = undefined;
    for (const { id } of this.#methods.all) this.#methods.cancel(id);
  }

  async #measure(settings: Settings): Promise<SuitsDocument> {
    const { heldOut, seed } = settings;
    const whole = this.#methods.all.filter(({ findsFaces }) => !findsFaces);
    const chosen = settings.methods ?? whole.map(({ id }) => id);
    // Marks are counted before anything takes time.
    this.#pairs([], settings);
    for (const id of chosen) {
      await this.#methods.prepare(id);
      this.#refuseWhenStopped(settings);
    }
    const methods = chosen.map((id) => this.#methods.get(id));
    const { pairs, told } = this.#pairs(methods, settings);
    const learnt = await Promise.all(methods.map(({ id }) => this.#learntFrom(id, settings)));
    if (learnt.every(Boolean))
      throw new LookalikeError(
        'marks-learnt',
        'All methods that were asked for learnt from these very marks. Measure others beside them, or hold marks out of training.',
      );
    const breathe = slices();
    const pause = async (): Promise<void> => {
      this.#refuseWhenStopped(settings);
      await breathe();
    };
    const both = Uint32Array.from(pairs.first.flatMap((id, i) => [id, pairs.second[i] ?? 0]));
    const similarities = await Promise.all(
      methods.map(async (method, m) => ({
        similarities: await method.ask('pairs', { pairs: both }),
        mayWin: learnt[m] === false,
      })),
    );
    const { measures, best } = await measurePairs(pairs, similarities, seed, pause);
    const measured = measures.map((measure, m): Measured => ({
      id: methods[m]?.id ?? '',
      name: methods[m]?.method.name ?? '',
      ...measure,
      mayBeChance: m !== best && measure.behind.low <= 0,
      learntFromMarks: learnt[m] === true,
    }));
    // What is better than one that may be as good as the best may be so as well.
    const chance = measured.filter((one) => one.mayBeChance && !one.learntFromMarks);
    const leastNear = Math.min(...chance.map(({ area }) => area));
    for (const one of measured.filter((_, m) => m !== best))
      one.mayBeChance = one.mayBeChance || (!one.learntFromMarks && one.area >= leastNear);
    const winner = measured[best];
    const isBetter = winner !== undefined && winner.interval.low > 0.5;
    return {
      schema: 'lookalike/suits@1',
      created: new Date().toISOString(),
      program: this.#program,
      marks: told,
      heldOut,
      seed,
      sentence: answer(measured, isBetter ? winner : null),
      best: isBetter ? winner.id : null,
      methods: measured,
    };
  }

  /** Marks as pairs of photos that every method has a vector of. @throws LookalikeError `marks-too-few` */
  #pairs(
    methods: readonly OpenMethod[],
    { heldOut, seed }: Settings,
  ): { pairs: MarkedPairs; told: SuitsDocument['marks'] } {
    const { reader } = this.#context.parts.store;
    const leftOut = { gone: 0, notIndexed: 0, withoutFace: 0, learnt: 0 };
    const rows = reader.marks.all().flatMap(({ first, second, alike }) => {
      const photos = [first, second].map((sha256) => {
        const copies = reader.photosWithContent(sha256);
        // Of copies the one that is best known.
        return copies.find(({ id }) => methods.every((one) => one.hasVector(id))) ?? copies[0];
      });
      const [a, b] = photos;
      const lack = (method: OpenMethod): boolean =>
        !photos.every((photo) => photo && method.hasVector(photo.id));
      const isKept = !heldOut || isHeldOut(first, seed) || isHeldOut(second, seed);
      if (!a || !b) leftOut.gone += 1;
      else if (!isKept) leftOut.learnt += 1;
      else if (methods.some((method) => !method.findsFaces && lack(method)))
        leftOut.notIndexed += 1;
      else if (methods.some(lack)) leftOut.withoutFace += 1;
      else return [{ a: a.id, b: b.id, alike }];
      return [];
    });
    const alike = rows.filter((row) => row.alike).length;
    const counts = { alike, notAlike: rows.length - alike };
    const purpose = heldOut
      ? 'To tell which method suits your photos by marks that were held out of training'
      : 'To tell which method suits your photos';
    if (Math.min(counts.alike, counts.notAlike) < leastMarks)
      throw marksTooFew({ ...counts, withoutFace: leftOut.withoutFace }, leastMarks, purpose);
    return {
      pairs: {
        first: rows.map(({ a }) => a),
        second: rows.map(({ b }) => b),
        alike: rows.map((row) => row.alike),
      },
      told: { ...counts, photos: new Set(rows.flatMap(({ a, b }) => [a, b])).size, leftOut },
    };
  }

  /** Whether a method was trained on marks that it is measured with. */
  async #learntFrom(id: string, { heldOut, seed }: Settings): Promise<boolean> {
    if (!this.#methods.get(id).method.trains) return false;
    const { document } = await this.#trainings.get(id);
    if (document?.labels?.from !== 'marks') return false;
    return !(heldOut && document.labels.heldOut > 0 && document.seed === seed);
  }

  #refuseWhenStopped(settings: Settings): void {
    if (settings !== this.#asked) throw new LookalikeError('cancelled', 'Measuring was stopped.');
  }
}

export function suitsRequests(suits: Suits): Handlers<'suits.get' | 'suits.run' | 'suits.cancel'> {
  return {
    'suits.get': () => ({ document: suits.last, running: suits.running }),
    'suits.run': (settings) => suits.run(settings),
    'suits.cancel': () => {
      suits.cancel();
      return {};
    },
  };
}

/** @throws LookalikeError `suits-missing` */
export function lastSuits({ last }: Suits): SuitsDocument {
  if (!last)
    throw new LookalikeError(
      'suits-missing',
      'It has not been asked yet which method suits your photos. Ask on the page Evaluation first.',
    );
  return last;
}

/** The answer as a person would give it. */
function answer(measured: readonly Measured[], best: Measured | null): string {
  const learnt = measured.filter(({ learntFromMarks }) => learntFromMarks);
  const notes = learnt.map(
    ({ name }) => ` “${name}” learnt from these very marks, so its own figure says little.`,
  );
  if (!best)
    return `No method tells the pairs that you marked as alike from the others better than guessing would, as far as these marks can say.${notes.join('')}`;
  const near = measured.filter(
    ({ mayBeChance, learntFromMarks }) => mayBeChance && !learntFromMarks,
  );
  const others = measured.length - learnt.length - 1;
  const first =
    others === 0
      ? `“${best.name}” puts ${inHundred(best)} of 100 alike pairs before not-alike ones.`
      : `“${best.name}” suits your photos best: it puts ${inHundred(best)} of 100 alike pairs before not-alike ones.`;
  if (near.length === 0) return first + notes.join('');
  const names = near.map((method) => `“${method.name}” (${inHundred(method)})`);
  const verb = near.length === 1 ? 'does' : 'do';
  return `${first} ${listed(names)} ${verb} nearly as well, so the difference may be chance: more marks would tell.${notes.join('')}`;
}

/** Never 100 while something is wrong, nor more than was reached. */
function inHundred({ area }: Pick<Measured, 'area'>): number {
  return area < 1 ? Math.min(99, Math.round(area * 100)) : 100;
}

function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
