/** The host's handle on making maps: a process of its own for each. */
import { isLookalikeError, LookalikeError } from '../errors.ts';
import { ChildProcess, type Fork } from '../processes/child.ts';
import type { FoundMap, MapProgress, MapRequests, MapTask } from './process.ts';

export interface MapperOptions {
  fork?: Fork;
  onLog?: (line: string) => void;
}

export class Mapper {
  readonly #options: MapperOptions;

  constructor(options: MapperOptions = {}) {
    this.#options = options;
  }

  /**
   * Makes a map.
   * @param signal stops it
   * @throws LookalikeError `cancelled`, `process-died`, or what the process threw
   */
  async find(
    task: MapTask,
    onProgress: (progress: MapProgress) => void,
    signal: AbortSignal,
  ): Promise<FoundMap> {
    const child = new ChildProcess({
      name: 'map',
      entry: new URL('./process.ts', import.meta.url),
      ...this.#options,
      onEvent: (name, data) => {
        if (name === 'progress') onProgress(data as MapProgress);
      },
    });
    const stop = (): void => {
      child.close();
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      return (await child.call(
        'find' satisfies keyof MapRequests,
        task,
      )) as MapRequests['find']['result'];
    } catch (error) {
      if (!isLookalikeError(error, 'cancelled')) throw error;
      throw new LookalikeError('cancelled', 'Finding the map was stopped.', { cause: error });
    } finally {
      signal.removeEventListener('abort', stop);
      child.close();
    }
  }
}
