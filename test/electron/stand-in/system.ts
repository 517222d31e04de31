/**
 * The parts of Electron that tell the system something or hear from it: the shell, the clipboard, the
 * colours, the screen and the power.
 */
import { EventEmitter } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Clipboard,
  Display,
  NativeTheme,
  PowerMonitor,
  PowerSaveBlocker,
  Rectangle,
  Screen,
  Shell,
} from 'electron';
import { displaysFile, systemFolder } from './place.ts';
import { record } from './records.ts';
import { declares, type Declares, strict, type Part } from './strict.ts';

export const shell = strict('shell', {
  showItemInFolder: (path) => {
    record('shell.showItemInFolder', path);
  },
  openPath: (path) => {
    record('shell.openPath', path);
    return Promise.resolve('');
  },
  openExternal: (url) => {
    record('shell.openExternal', url);
    return Promise.resolve();
  },
} satisfies Part<Shell, 'showItemInFolder' | 'openPath' | 'openExternal'>);

export const clipboard = strict('clipboard', {
  writeText: (text) => {
    record('clipboard.writeText', text);
    return Promise.resolve();
  },
} satisfies Part<Clipboard, 'writeText'>);

/** As Chromium shows its pages; see `chromium.ts`. */
export const nativeTheme = strict('nativeTheme', {
  shouldUseDarkColors: true,
} satisfies Part<NativeTheme, 'shouldUseDarkColors'>);

export const screen = strict('screen', {
  getPrimaryDisplay: () => displays()[0],
  getAllDisplays: () => displays(),
} satisfies Part<Screen, 'getPrimaryDisplay' | 'getAllDisplays'>);

/** The displays of this system, the main one first: those that the test plugged in, else one. */
function displays(): [Display, ...Display[]] {
  const file = join(systemFolder('screen'), displaysFile);
  const [main = { x: 0, y: 0, width: 1600, height: 1000 }, ...others] = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Rectangle[])
    : [];
  return [display(main), ...others.map(display)];
}

function display(workArea: Rectangle): Display {
  const { width, height } = workArea;
  return strict('Display', { workArea, workAreaSize: { width, height } }) as Display;
}

interface PowerEvents {
  suspend: [];
  resume: [];
}
declares<Declares<PowerMonitor['on'], PowerEvents>>(true);
const power = new EventEmitter<PowerEvents>();
export const powerMonitor = strict('powerMonitor', power);

/** The machine goes to sleep, or wakes up. */
export function tellPower(event: keyof PowerEvents): void {
  power.emit(event);
}

let blockers = 0;
export const powerSaveBlocker = strict('powerSaveBlocker', {
  start: (type) => {
    record('powerSaveBlocker.start', type);
    return ++blockers;
  },
  stop: (id) => {
    record('powerSaveBlocker.stop', id);
    return true;
  },
} satisfies Part<PowerSaveBlocker, 'start' | 'stop'>);
