/**
 * Short messages at the edge of the window. A message that says something went well leaves by itself
 * once there was time to read it; what went wrong stays until the person closes it.
 */
import { isLookalikeError, type ErrorCode } from '../../engine/errors.ts';
import { sentenceOf } from '../words.ts';

export interface Notice {
  id: number;
  kind: 'good' | 'bad';
  text: string;
  /** What it is about, by which it is withdrawn when that is mended. */
  about?: ErrorCode | 'picture';
  action?: { label: string; do: () => void };
}

/** Time to notice and read a message: a second, and four words a second. */
export function readingTime(text: string): number {
  return 2500 + text.split(/\s+/).length * 250;
}

export class Notices {
  list = $state.raw<Notice[]>([]);
  #next = 1;

  tell(text: string, action?: Notice['action']): void {
    this.#add({ id: this.#next++, kind: 'good', text, ...(action && { action }) });
  }

  /** Shows the sentence of anything thrown; it is about the error's code unless told otherwise. */
  fail(error: unknown, about?: Notice['about']): void {
    // A mistake of the program itself: the person gets a sentence, whoever mends it the error.
    if (!isLookalikeError(error)) console.error(error);
    this.warn(sentenceOf(error), about ?? (isLookalikeError(error) ? error.code : undefined));
  }

  /** Shows a sentence until it is closed or withdrawn; never the same one twice. */
  warn(text: string, about?: Notice['about']): void {
    if (this.list.some((notice) => notice.text === text)) return;
    this.#add({ id: this.#next++, kind: 'bad', text, ...(about && { about }) });
  }

  /** Takes back what is no longer so. */
  withdraw(isOver: (notice: Notice) => boolean): void {
    if (this.list.some(isOver)) this.list = this.list.filter((notice) => !isOver(notice));
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  #add(notice: Notice): void {
    // Four are as many as anyone reads; the oldest make room.
    this.list = [...this.list.slice(-3), notice];
  }
}
