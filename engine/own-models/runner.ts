/**
 * The host's handle on the process that runs a model of a person's own. Whatever such a model does to
 * it becomes a sentence: that it crashed, took too long or too much memory.
 */
import { isLookalikeError, LookalikeError } from '../errors.ts';
import { ChildProcess, type Fork } from '../processes/child.ts';
import type { Asked, Looked } from './look.ts';
import type { KeptModel } from './kept.ts';
import { memoryLine, mostMemory } from './memory.ts';
// `import type`, as the entry, and TensorFlow with it, must never be loaded into the host.
import type { OwnModelRequests } from './process.ts';

export interface RunnerOptions {
  fork?: Fork;
  onLog?: (line: string) => void;
  /** Milliseconds in which a model has to be looked at or loaded. */
  lookWithinMs?: number;
  /** Milliseconds in which a batch of photos has to be embedded. */
  embedWithinMs?: number;
  /** Bytes of memory that the process may take. */
  memory?: number;
}

/** A large network on a busy machine takes some ten seconds. */
const lookWithinMs = 120_000;
const embedWithinMs = 120_000;

/** The process, and why it ended if it did. */
class Runner {
  readonly #child: ChildProcess;
  #tookTooMuch = false;

  constructor(options: RunnerOptions, open: OwnModelRequests['open']['params'] | null) {
    const { fork, onLog, memory = mostMemory } = options;
    this.#child = new ChildProcess({
      name: 'model',
      entry: new URL('./process.ts', import.meta.url),
      args: [String(memory)],
      ...(fork && { fork }),
      ...(open && {
        // A process that is started in the place of a dead one has to load the model again.
        prepare: async (call) => {
          await call('open', open);
        },
        readyWithinMs: options.lookWithinMs ?? lookWithinMs,
      }),
      onLog: (line) => {
        if (line.includes(memoryLine)) this.#tookTooMuch = true;
        onLog?.(line);
      },
    });
  }

  async call<Name extends keyof OwnModelRequests>(
    name: Name,
    params: OwnModelRequests[Name]['params'],
    withinMs: number,
  ): Promise<OwnModelRequests[Name]['result']> {
    try {
      return (await this.#child.call(name, params, withinMs)) as OwnModelRequests[Name]['result'];
    } catch (error) {
      throw await this.#explained(error, withinMs);
    }
  }

  close(): void {
    this.#child.close();
  }

  async #explained(error: unknown, withinMs: number): Promise<unknown> {
    const fail = (what: string): LookalikeError =>
      new LookalikeError('model-failed', `This model ${what}.`, { cause: error });
    if (isLookalikeError(error, 'process-timeout'))
      return fail(`did not answer within ${Math.round(withinMs / 1000)} seconds and was stopped`);
    if (!isLookalikeError(error, 'process-died') && !isLookalikeError(error, 'process-unavailable'))
      return error;
    // What the process wrote last may arrive after its end.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const tookTooMuch = this.#tookTooMuch;
    this.#tookTooMuch = false;
    return tookTooMuch
      ? fail('takes more memory than it may, so it was stopped. Use a smaller one')
      : fail('crashed while it ran, and only that. It is probably damaged');
  }
}

/**
 * Looks at a model in a folder, in a process that is ended afterwards.
 * @throws LookalikeError `model-…`, `folder-…`, `tensorflow-unavailable`
 */
export function lookAtModel(folder: string, asked: Asked, options: RunnerOptions): Promise<Looked> {
  return once(options, (runner) =>
    runner.call('look', { folder, asked }, options.lookWithinMs ?? lookWithinMs),
  );
}

/**
 * Copies a model, likewise.
 * @param to an empty folder
 * @throws as `lookAtModel`; `disk-full`
 */
export function copyAndLook(
  folder: string,
  to: string,
  asked: Asked,
  options: RunnerOptions,
): Promise<OwnModelRequests['copy']['result']> {
  return once(options, (runner) =>
    runner.call('copy', { folder, to, asked }, options.lookWithinMs ?? lookWithinMs),
  );
}

async function once<T>(options: RunnerOptions, work: (runner: Runner) => Promise<T>): Promise<T> {
  const runner = new Runner(options, null);
  try {
    return await work(runner);
  } finally {
    runner.close();
  }
}

/** A model that photos are embedded with. */
export interface RunningModel {
  readonly backend: OwnModelRequests['facts']['result']['backend'];
  readonly reason: string | null;
  /** @throws LookalikeError `photo-no-vector`, `model-failed`, `model-unsuitable`, `cancelled` */
  embed(pixels: Uint8Array, count: number): Promise<Float32Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/** @throws LookalikeError `model-damaged`, `model-failed`, `model-unsuitable`, `tensorflow-unavailable` */
export async function startModel(
  folder: string,
  kept: KeptModel,
  options: RunnerOptions,
): Promise<RunningModel> {
  const runner = new Runner(options, { folder, kept });
  try {
    const facts = await runner.call('facts', null, options.lookWithinMs ?? lookWithinMs);
    return {
      ...facts,
      embed: (pixels, count) =>
        runner.call('embed', { pixels, count }, options.embedWithinMs ?? embedWithinMs),
      close: () => {
        runner.close();
        return Promise.resolve();
      },
    };
  } catch (error) {
    runner.close();
    throw error;
  }
}
