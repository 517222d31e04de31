/**
 * The host's handle on training: one run at a time, each in a process of its own that ends with it,
 * so that its memory is given back. A run that was ended before its time, by whatever, goes on from
 * its last epoch when it is started again.
 */
import { isLookalikeError, LookalikeError } from '../errors.ts';
import { ChildProcess, type Fork } from '../processes/child.ts';
import type { BackendName } from '../tensorflow/backend.ts';
import type { TrainingRequests } from './process.ts';
import type { EpochReport, TrainingProgress, TrainingResult, TrainingRun } from './run.ts';

export interface TrainingOptions {
  fork?: Fork;
  onLog?: (line: string) => void;
  onEpoch?: (report: EpochReport) => void;
  onProgress?: (progress: TrainingProgress) => void;
  /** Forces a backend; when left out, LOOKALIKE_TENSORFLOW may, else the best one is taken. */
  backend?: BackendName;
}

export class Training {
  readonly #options: TrainingOptions;
  #child: ChildProcess | undefined;
  #cancelled = false;

  constructor(options: TrainingOptions = {}) {
    this.#options = options;
  }

  /** Whether a run is going on. */
  get running(): boolean {
    return this.#child !== undefined;
  }

  /**
   * Trains until the end. A checkpoint of the same run in its folder is gone on from.
   *
   * @returns what is in `training.json` as well; its `problem` has to be told to the person
   * @throws LookalikeError 'training-busy'; those of `train`; 'cancelled' after `cancel` or `close`;
   *   'process-died' or 'process-unavailable' when the process was lost
   */
  async start(run: TrainingRun): Promise<TrainingResult> {
    if (this.#child)
      throw new LookalikeError(
        'training-busy',
        'Another training is going on. Wait until it is done, or stop it.',
      );
    const { fork, onLog, onEpoch, onProgress, backend } = this.#options;
    const child = new ChildProcess({
      name: 'training',
      entry: new URL('./process.ts', import.meta.url),
      ...(fork && { fork }),
      ...(onLog && { onLog }),
      onEvent: (name, data) => {
        if (name === 'epoch') onEpoch?.(data as EpochReport);
        if (name === 'progress') onProgress?.(data as TrainingProgress);
      },
    });
    this.#child = child;
    this.#cancelled = false;
    try {
      const params: TrainingRequests['train']['params'] = { run, backend: backend ?? null };
      return (await child.call('train', params)) as TrainingRequests['train']['result'];
    } catch (error) {
      throw this.#explained(error);
    } finally {
      this.#child = undefined;
      child.close();
    }
  }

  /** Ends the run at once, if there is one. What it has learnt until its last epoch stays. */
  cancel(): void {
    this.#cancelled = true;
    this.#child?.close();
  }

  #explained(error: unknown): unknown {
    if (this.#cancelled)
      return new LookalikeError(
        'cancelled',
        'The training was stopped. Start it again to go on after its last epoch.',
        { cause: error },
      );
    if (isLookalikeError(error, 'process-died'))
      return new LookalikeError(
        'process-died',
        'The training ended unexpectedly, perhaps for want of memory. ' +
          'Start it again to go on after its last epoch.',
        { cause: error },
      );
    return error;
  }
}
