/** Colours of the sample photos: '#rrggbb' everywhere, mixed in sRGB as a painter would by eye. */

/** `share` 0 gives `from`, 1 gives `to`. */
export function mix(from: string, to: string, share: number): string {
  const [a, b] = [channels(from), channels(to)];
  return toHex(a.map((value, i) => value + ((b[i] ?? 0) - value) * share));
}

export function darker(colour: string, share: number): string {
  return mix(colour, '#000000', share);
}

export function lighter(colour: string, share: number): string {
  return mix(colour, '#ffffff', share);
}

/** Hue in degrees (any number), saturation and lightness 0…1 (CSS Color 4, section 7). */
export function hsl(hue: number, saturation: number, lightness: number): string {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  return toHex(
    [0, 8, 4].map((offset) => {
      const k = (((offset + hue / 30) % 12) + 12) % 12;
      return 255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
    }),
  );
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16));
}

function toHex(values: number[]): string {
  return '#' + values.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('');
}
