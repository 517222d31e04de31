/** Whether a person would find a window: geometry of windows and displays, which knows no Electron. */

/** In pixels, as Electron's. Displays lie beside each other on one plane, y downwards. */
export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Pixels at the top by which a person takes hold of a window. */
const titleBar = 32;

/** Whether at least half of a window is on these displays, and half of the bar to drag it by. */
export function isWithinReach(window: Area, displays: readonly Area[]): boolean {
  const bar = { ...window, height: Math.min(titleBar, window.height) };
  return [window, bar].every((part) => {
    const seen = displays.reduce((sum, display) => sum + areaOfBoth(part, display), 0);
    return seen >= (part.width * part.height) / 2;
  });
}

function areaOfBoth(one: Area, other: Area): number {
  const along = (start: 'x' | 'y', size: 'width' | 'height'): number =>
    Math.min(one[start] + one[size], other[start] + other[size]) -
    Math.max(one[start], other[start]);
  return Math.max(0, along('x', 'width')) * Math.max(0, along('y', 'height'));
}
