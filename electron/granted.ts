/**
 * Which paths a window may use. A page is never trusted with paths: it may hand back only those that
 * the person gave to the main process, in a dialog, by a drop or on the command line.
 */
import { resolve } from 'node:path';
import { LookalikeError } from '../engine/errors.ts';

export class GrantedPaths {
  readonly #paths = new Set<string>();

  /** Lets `path` through from now on. */
  grant(path: string): void {
    this.#paths.add(resolve(path));
  }

  /**
   * Looks through the parameters of a request, whatever it is, for values called `path`.
   * @throws LookalikeError `request-invalid` for one that nobody granted
   */
  check(params: unknown): void {
    if (typeof params !== 'object' || params === null || ArrayBuffer.isView(params)) return;
    for (const [key, value] of Object.entries(params)) {
      if (key !== 'path') this.check(value);
      else if (value !== null && !(typeof value === 'string' && this.#paths.has(resolve(value))))
        throw new LookalikeError(
          'request-invalid',
          'The window asked for a place on the disk that was not chosen in a dialog. Choose it there.',
        );
    }
  }
}
