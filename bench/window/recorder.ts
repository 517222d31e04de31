/**
 * What notes down times in the page itself: frames, and when pictures were on the screen. It is put
 * into each page before anything else, as text, for the types of this project's own code know no
 * browser and the page's policy forbids what Playwright would put there to wait with.
 */
import type { Page } from 'playwright-core';

/** Pictures count as painted in the frame after all of them are loaded and decoded. */
const script = `
  globalThis.bench = {
    /** Milliseconds since 1970 of the first picture of the grid. */
    firstPicture: new Promise((resolve) => {
      document.addEventListener('load', ({ target }) => {
        if (!target.matches?.('img[data-photo]')) return;
        target.decode().catch(() => undefined).then(() => requestAnimationFrame(() =>
          requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()))));
      }, { capture: true });
    }),
    frames: [],
    recording: false,
    record() {
      this.frames = [];
      this.recording = true;
      let last;
      const frame = (now) => {
        if (last !== undefined) this.frames.push(now - last);
        last = now;
        if (this.recording) requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    },
    stop() {
      this.recording = false;
      return this.frames;
    },
    /** When the next click, key or input was made, and when \`count\` pictures were there after it. */
    watch(selector, count, gone) {
      this.answered = new Promise((resolve) => {
        const begin = ({ timeStamp }) => {
          for (const kind of ['click', 'keydown']) removeEventListener(kind, begin, true);
          const look = () => {
            const images = [...document.querySelectorAll(selector)].slice(0, count);
            const ready = images.length === count && !document.querySelector(gone) &&
              images.every((image) => image.complete && image.naturalWidth > 0);
            if (!ready) return requestAnimationFrame(look);
            Promise.all(images.map((image) => image.decode().catch(() => undefined))).then(() =>
              requestAnimationFrame(() => resolve(performance.now() - timeStamp)));
          };
          requestAnimationFrame(look);
        };
        for (const kind of ['click', 'keydown']) addEventListener(kind, begin, true);
      });
    },
  };
`;

export class Recorder {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** Before the page goes anywhere. */
  static async in(page: Page): Promise<Recorder> {
    await page.addInitScript({ content: script });
    return new Recorder(page);
  }

  /** When the first picture of the grid was painted, in milliseconds since 1970; waits for it. */
  firstPicture(): Promise<number> {
    return this.#page.evaluate<number>('bench.firstPicture');
  }

  /** Milliseconds between the frames while `work` is done. */
  async frames(work: () => Promise<unknown>): Promise<number[]> {
    await this.#page.evaluate('bench.record()');
    await work();
    return this.#page.evaluate<number[]>('bench.stop()');
  }

  /**
   * Milliseconds from the click (or key) that `act` makes until so many pictures of a selector are
   * painted, of which none was there before.
   * @param gone what must have left the page by then
   */
  async answer(
    pictures: { selector: string; count: number; gone: string },
    act: () => Promise<unknown>,
  ): Promise<number> {
    const { selector, count, gone } = pictures;
    const given = [selector, count, gone].map((each) => JSON.stringify(each)).join(', ');
    await this.#page.evaluate(`void bench.watch(${given})`);
    await act();
    return this.#page.evaluate<number>('bench.answered');
  }
}
