/**
 * The host's handle on the decoder process. It decodes a few photos at the same time, and sees to it
 * that a file which crashes or hangs the process costs that file only: whatever else was being
 * decoded is tried again, each file alone, until the guilty one stands there by itself.
 */
import { availableParallelism } from 'node:os';
import { isLookalikeError, LookalikeError } from '../errors.ts';
import { ChildProcess, type Fork } from '../processes/child.ts';
// `import type`, as the entry, and sharp with it, must never be loaded into the host.
import type { Fit, View } from './decode.ts';
import type { Decoded, DecoderRequests, Source } from './decoder-process.ts';
import { Slots } from './slots.ts';

/** A file that takes longer than this has hung the decoder. */
const decodeWithinMs = 20_000;

export interface DecoderOptions {
  fork?: Fork;
  onLog?: (line: string) => void;
  /**
   * Photos decoded at the same time; default: one more than there are cores, so that none is idle while
   * one of the photos is read or handed over.
   */
  atOnce?: number;
  /** Milliseconds until a file counts as hung. */
  timeoutMs?: number;
  /** Another entry file, for tests of crashes and hangs. */
  entry?: URL;
}

export class Decoder {
  readonly #child: ChildProcess;
  readonly #slots: Slots;
  readonly #atOnce: number;
  readonly #timeoutMs: number;

  constructor(options: DecoderOptions = {}) {
    this.#atOnce = options.atOnce ?? availableParallelism() + 1;
    this.#timeoutMs = options.timeoutMs ?? decodeWithinMs;
    this.#slots = new Slots(this.#atOnce);
    this.#child = new ChildProcess({
      name: 'decoder',
      entry: options.entry ?? new URL('./decoder-process.ts', import.meta.url),
      // Decoding and reading are done by the threads of libuv, which are four unless more are wanted.
      environment: { UV_THREADPOOL_SIZE: String(Math.max(4, this.#atOnce + 1)) },
      ...(options.fork && { fork: options.fork }),
      ...(options.onLog && { onLog: options.onLog }),
    });
  }

  /**
   * Decodes a photo: its thumbnail, and side × side × 3 pixels for a method.
   * @param signal takes it out of the row of those that wait; what is being decoded is finished
   * @throws LookalikeError one of the `photo-…` codes or `not-a-photo`; `process-unavailable` when
   *   the process cannot be started; `cancelled` after `close`, or after the signal
   */
  decode(source: Source, side: number, signal?: AbortSignal, fit: Fit = 'fill'): Promise<Decoded> {
    return this.#run('decode', { source, side, fit }, signal);
  }

  /** Only the side × side × 3 pixels. Throws as `decode`. */
  pixels(source: Source, side: number, fit: Fit = 'fill'): Promise<Uint8Array> {
    return this.#run('pixels', { source, side, fit });
  }

  /** The side × side × 3 pixels of several views of a photo, one after the other. Throws as `decode`. */
  views(source: Source, side: number, views: View[]): Promise<Uint8Array> {
    return this.#run('views', { source, side, views });
  }

  /** Pixels (side × side × 3 bytes, as `pixels` gives them) as a WebP without losses. */
  encode(pixels: Uint8Array, side: number): Promise<Uint8Array> {
    return this.#run('encode', { pixels, side });
  }

  /** A photo as WebP for the screen. The rest is as with `decode`. */
  render(source: Source, longSide: number, signal?: AbortSignal): Promise<Uint8Array> {
    return this.#run('render', { source, longSide }, signal);
  }

  /** The SHA-256 of a file's content, in hexadecimal. */
  identify(source: Source): Promise<string> {
    return this.#run('identify', { source });
  }

  close(): void {
    this.#child.close();
  }

  async #run<Name extends keyof DecoderRequests>(
    name: Name,
    params: DecoderRequests[Name]['params'],
    signal?: AbortSignal,
  ): Promise<DecoderRequests[Name]['result']> {
    try {
      return await this.#attempt(name, params, 1, signal);
    } catch (error) {
      // Beside others it may have been another file, even when this one was not answered in time.
      if (!isProcessLost(error)) throw error;
    }
    try {
      return await this.#attempt(name, params, this.#atOnce, signal);
    } catch (error) {
      if (!isProcessLost(error)) throw error;
      throw error.code === 'process-timeout'
        ? new LookalikeError(
            'photo-timeout',
            `Decoding took more than ${this.#timeoutMs / 1000} seconds and was stopped.`,
            { cause: error },
          )
        : new LookalikeError(
            'photo-crash',
            'This file made the decoder crash, so it is left out. It is probably damaged.',
            { cause: error },
          );
    }
  }

  /** One attempt beside others (one slot), or alone (all slots). */
  async #attempt<Name extends keyof DecoderRequests>(
    name: Name,
    params: DecoderRequests[Name]['params'],
    slots: number,
    signal?: AbortSignal,
  ): Promise<DecoderRequests[Name]['result']> {
    const release = await this.#slots.take(slots, signal).catch((cause: unknown) => {
      throw new LookalikeError('cancelled', 'Nobody waits for this photo any more.', { cause });
    });
    try {
      return (await this.#child.call(
        name,
        params,
        this.#timeoutMs,
      )) as DecoderRequests[Name]['result'];
    } finally {
      release();
    }
  }
}

function isProcessLost(error: unknown): error is LookalikeError {
  return isLookalikeError(error, 'process-died') || isLookalikeError(error, 'process-timeout');
}
