/** The photos of drawn numbers that scikit-learn was given, too; see pixels.golden.py. */

const patterns = 6;

function* generator(seed: number): Generator<number, never> {
  for (let state = BigInt(seed); ;) {
    state = (state * 1103515245n + 12345n) % 2n ** 31n;
    yield Number(state >> 16n);
  }
}

export function drawnPhoto(index: number, numbers: number): Uint8Array {
  const [pattern, noise] = [generator((index % patterns) + 1), generator(1000 + index)];
  return Uint8Array.from(
    { length: numbers },
    () => (pattern.next().value % 192) + (noise.next().value % 64),
  );
}
