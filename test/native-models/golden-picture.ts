/**
 * The picture that `golden.json` of a model is about, drawn from whole numbers by the same formula
 * as in `native-models/make.py`; numbers outside 0 to 255 are stored modulo 256.
 */

export function goldenPicture(size: number): Uint8Array<ArrayBuffer> {
  const picture = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const inDisc = (x - 90) ** 2 + (y - 120) ** 2 < 60 ** 2;
      const onStripe = ((x >> 4) + (y >> 4)) % 5 === 0;
      const background = [(x + y) >> 1, 255 - x, (x * y) >> 8] as const;
      const [red, green, blue] = inDisc ? ([230, (3 * y) & 255, 40] as const) : background;
      picture.set([red, green, onStripe ? 200 : blue], (y * size + x) * 3);
    }
  }
  return picture;
}
