/**
 * How clusters are told apart on a map: by colour, and when the colours are used up, by another shape.
 * Colours alone would not do for everybody, nor for many clusters.
 */

/** Colours for clusters, `--map-1` and so on in look.css; `--map-none` is for photos in none. */
const colours = 7;
export const shapes = ['disc', 'diamond', 'triangle', 'ring'] as const;
export type Shape = (typeof shapes)[number];

export interface Mark {
  /** The name of a token. */
  colour: string;
  shape: Shape;
}

/** All different marks; `markOf` gives places in this list. */
export const marks: readonly Mark[] = [
  { colour: '--map-none', shape: 'disc' },
  ...shapes.flatMap((shape) =>
    Array.from({ length: colours }, (_, i) => ({ colour: `--map-${i + 1}`, shape })),
  ),
];

/** The place of a cluster's mark. @param cluster from 1 on; 0 for photos in none */
export function markOf(cluster: number): number {
  return cluster === 0 ? 0 : 1 + ((cluster - 1) % (marks.length - 1));
}

/** The outline of a shape around 0, as a path of SVG and of canvases. */
export function outline(shape: Shape, radius: number): string {
  const r = radius;
  switch (shape) {
    case 'disc':
      return circle(r);
    case 'diamond':
      return `M0 ${-1.25 * r}L${1.25 * r} 0L0 ${1.25 * r}L${-1.25 * r} 0Z`;
    case 'triangle':
      return `M0 ${-1.2 * r}L${1.15 * r} ${0.85 * r}L${-1.15 * r} ${0.85 * r}Z`;
    case 'ring':
      return circle(r) + circle(0.45 * r);
  }
}

function circle(r: number): string {
  return `M${-r} 0A${r} ${r} 0 1 0 ${r} 0A${r} ${r} 0 1 0 ${-r} 0Z`;
}
