/** Where a face lies over its picture, as CSS. */
import type { FaceBox } from '../../engine/contract.ts';

export function styleOfBox({ x, y, width, height }: FaceBox): string {
  const percent = (share: number): string => `${(share * 100).toFixed(2)}%`;
  return `left: ${percent(x)}; top: ${percent(y)}; width: ${percent(width)}; height: ${percent(height)}`;
}

/** The `object-position` with which a cropped picture shows the middle of a face. */
export function positionOfBox(box: FaceBox | null): string {
  if (box === null) return '50% 50%';
  const share = (start: number, length: number): string =>
    `${Math.round(Math.min(1, Math.max(0, start + length / 2)) * 100)}%`;
  return `${share(box.x, box.width)} ${share(box.y, box.height)}`;
}
