/** Counts what a run of indexing did, and says how fast it goes and how long it will take. */
import type { Indexing } from '../contract.ts';
import type { ErrorData } from '../errors.ts';

/** The rate is that of the last seconds, so that it follows what the person sees. */
const windowMs = 8000;
const tellEveryMs = 200;

export class Progress {
  state: Indexing['state'] = 'idle';
  found = 0;
  indexed = 0;
  unchanged = 0;
  failed = 0;
  error: ErrorData | null = null;
  readonly #onChange: (progress: Indexing) => void;
  /** When how many had been worked through. */
  #samples: { at: number; worked: number }[] = [];
  #worked = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(onChange: (progress: Indexing) => void) {
    this.#onChange = onChange;
  }

  /** Back to the beginning of a run. */
  begin(): void {
    this.found = this.indexed = this.unchanged = this.failed = this.#worked = 0;
    this.error = null;
    this.#samples = [];
    this.set('walking');
  }

  set(state: Indexing['state']): void {
    this.state = state;
    // The rate counts from the first photo on, and so leaves out the start of the model.
    this.#samples = [];
    this.tellNow();
  }

  /** Photos were worked through, with whatever result. */
  worked(count: number): void {
    this.#worked += count;
    const now = performance.now();
    this.#samples.push({ at: now, worked: this.#worked });
    while (this.#samples.length > 2 && now - (this.#samples[0]?.at ?? now) > windowMs)
      this.#samples.shift();
    this.tell();
  }

  /** Tells about it soon: changes are gathered. */
  tell(): void {
    this.#timer ??= setTimeout(() => {
      this.tellNow();
    }, tellEveryMs);
  }

  tellNow(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#onChange(this.now());
  }

  now(): Indexing {
    const { state, found, indexed, unchanged, failed, error } = this;
    const perSecond = this.#rate();
    const left = Math.max(0, found - indexed - unchanged - failed);
    return {
      state,
      found,
      indexed,
      unchanged,
      failed,
      perSecond,
      secondsLeft: perSecond === null || perSecond === 0 ? null : left / perSecond,
      error,
    };
  }

  #rate(): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (this.state !== 'running' || !first || !last || last.at - first.at < 500) return null;
    return ((last.worked - first.worked) / (last.at - first.at)) * 1000;
  }
}
