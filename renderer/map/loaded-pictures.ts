/** Pictures for a canvas: loaded when they are wanted, a bounded number of them kept. */

const mostKept = 400;

export class LoadedPictures {
  readonly #addressOf: (photo: number) => string;
  readonly #onLoad: () => void;
  /** By photo id, the one that was wanted longest ago first. */
  readonly #pictures = new Map<number, HTMLImageElement>();

  /** @param onLoad a picture is there that can be drawn now */
  constructor(addressOf: (photo: number) => string, onLoad: () => void) {
    this.#addressOf = addressOf;
    this.#onLoad = onLoad;
  }

  /** The picture of a photo, if it is loaded; if not, it is loaded from now on. */
  get(photo: number): HTMLImageElement | null {
    let picture = this.#pictures.get(photo);
    if (picture === undefined) {
      picture = new Image();
      picture.onload = this.#onLoad;
      picture.src = this.#addressOf(photo);
    }
    this.#pictures.delete(photo);
    this.#pictures.set(photo, picture);
    this.#forget();
    return picture.complete && picture.naturalWidth > 0 ? picture : null;
  }

  #forget(): void {
    const [oldest] = this.#pictures.keys();
    if (this.#pictures.size <= mostKept || oldest === undefined) return;
    const picture = this.#pictures.get(oldest);
    this.#pictures.delete(oldest);
    // What is still on its way is not wanted any more.
    if (picture?.complete === false) picture.src = '';
  }
}
