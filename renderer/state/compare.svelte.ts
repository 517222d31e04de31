/**
 * Two photos under one loupe: both are fitted into the same frame, and one zoom and one position
 * move both.
 */
export type CompareMode = 'swipe' | 'beside';

const closest = 16;

export class CompareView {
  mode: CompareMode = $state('swipe');
  /** 1 shows each photo whole. */
  zoom = $state(1);
  /** How far the photos are moved from the middle of the frame, in pixels. */
  x = $state(0);
  y = $state(0);
  /** Where the divider stands, from 0 (left) to 1. */
  divider = $state(0.5);

  reset(): void {
    this.zoom = 1;
    this.x = 0;
    this.y = 0;
  }

  /**
   * Zooms by a factor; the point (px, py), measured from the middle of the frame, stays under the
   * pointer.
   */
  zoomAt(factor: number, px: number, py: number): void {
    const zoom = Math.min(closest, Math.max(1, this.zoom * factor));
    const change = zoom / this.zoom;
    this.x = px - (px - this.x) * change;
    this.y = py - (py - this.y) * change;
    this.zoom = zoom;
  }

  /** Moves the photos, but never so far that nothing of them is left in a frame of this size. */
  pan(dx: number, dy: number, width: number, height: number): void {
    const mostX = (width * (this.zoom - 1)) / 2;
    const mostY = (height * (this.zoom - 1)) / 2;
    this.x = Math.min(mostX, Math.max(-mostX, this.x + dx));
    this.y = Math.min(mostY, Math.max(-mostY, this.y + dy));
  }

  slide(divider: number): void {
    this.divider = Math.min(1, Math.max(0, divider));
  }
}
