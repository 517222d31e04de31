/** The host's handle on making maps: a process of its own for each, one at a time. */
import { isLookalikeError, LookalikeError } from '../errors.ts';
import { ChildProcess, type Fork } from '../processes/child.ts';
import type { FoundMap, MapProgress, MapRequests, MapTask } from './process.ts';

export interface MapperOptions {
  fork?: Fork;
  onLog?: (line: string) => void;
}

export class Mapper {
  readonly #options: MapperOptions;
  #running: ChildProcess | undefined;

  constructor(options: MapperOptions = {}) {
    this.#options = options;
  }

  /**
   * Makes a map; one that is being made is stopped.
   * @throws LookalikeError `cancelled`, `process-died`, or what the process threw
   */
  async find(task: MapTask, onProgress: (progress: MapProgress) => void): Promise<FoundMap> {
    this.cancel();
    const child = new ChildProcess({
      name: 'map',
      entry: new URL('./process.ts', import.meta.url),
      ...this.#options,
      onEvent: (name, data) => {
        if (name === 'progress') onProgress(data as MapProgress);
      },
    });
    this.#running = child;
    try {
      return (await child.call(
        'find' satisfies keyof MapRequests,
        task,
      )) as MapRequests['find']['result'];
    } catch (error) {
      if (!isLookalikeError(error, 'cancelled')) throw error;
      throw new LookalikeError('cancelled', 'Finding the map was stopped.', { cause: error });
    } finally {
      child.close();
      if (this.#running === child) this.#running = undefined;
    }
  }

  /** Stops the map that is being made; whoever waits for it is told `cancelled`. */
  cancel(): void {
    this.#running?.close();
  }
}
