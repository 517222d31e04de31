/** The window opens where it was closed, as long as a person can see it there. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { needChromium } from '../browser/setting.ts';
import { Desk } from './desk.ts';
import type { DesktopProgram } from './desktop-program.ts';
import { displaysFile } from './stand-in/place.ts';

let desk: Desk;
const hasChromium = needChromium();
beforeAll(async () => {
  if (hasChromium) desk = await Desk.make('clock');
}, 300_000);
afterAll(async () => {
  if (hasChromium) await desk.end();
});

const main = { x: 0, y: 0, width: 1600, height: 1000 };
const right = { x: 1600, y: 0, width: 1920, height: 1080 };
/** Where a window goes that has no place yet: in the middle of the main display. */
const middle = { x: 80, y: 50, width: 1440, height: 900 };

/** Which displays are there the next time that the program starts. */
async function plugIn(system: string, ...displays: (typeof main)[]): Promise<void> {
  const folder = join(desk.folder, system, 'screen');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, displaysFile), JSON.stringify(displays));
}

async function start(system: string): Promise<DesktopProgram> {
  const program = desk.start(system, '--library', 'library');
  await program.page();
  return program;
}

/** Starts the program, and quits when it has looked where the window is. */
async function placeAtStart(system: string) {
  const program = await start(system);
  const [window] = await program.do('windows');
  await program.quit();
  return window;
}

it('a window that was moved, and whose size was changed, opens there again', async () => {
  const first = await start('moved');
  expect(await first.do('windows')).toMatchObject([{ bounds: middle, maximized: false }]);
  const bounds = { x: 133, y: 77, width: 1001, height: 707 };
  await first.do('put', bounds);
  await first.do('closeWindow');
  expect(await first.ended).toBe(0);

  const second = await start('moved');
  expect(await second.do('windows')).toMatchObject([{ bounds, maximized: false }]);
  const page = await second.page();
  expect(await page.evaluate('[innerWidth, innerHeight]')).toEqual([1001, 707]);
  await second.quit();
});

it('a maximised window opens maximised, and goes back to the size it had before', async () => {
  const bounds = { x: 200, y: 100, width: 800, height: 600 };
  const first = await start('maximised');
  await first.do('put', bounds);
  await first.do('maximize');
  await first.quit();
  const second = await start('maximised');
  await expect
    .poll(() => second.do('windows'))
    .toMatchObject([{ visible: true, maximized: true, bounds: main }]);
  expect((await second.records('BrowserWindow'))[0]).toMatchObject([bounds]);
  await second.quit();
});

it('what the window went through is kept within a moment, also when the program is killed', async () => {
  const first = await start('killed');
  const kept = async () =>
    JSON.parse(
      await readFile(join(desk.folder, 'killed/appData/Lookalike Desktop/window.json'), 'utf8'),
    ) as unknown;
  for (let x = 100; x <= 140; x += 10) await first.do('put', { ...middle, x });
  await expect.poll(kept).toMatchObject({ window: { x: 140, y: 50, maximized: false } });
  await first.kill();
  expect(await placeAtStart('killed')).toMatchObject({ bounds: { ...middle, x: 140 } });
});

it('a place on a display that is gone is given up for the middle of the main display', async () => {
  await plugIn('two displays', main, right);
  const first = await start('two displays');
  const there = { x: 1700, y: 40, width: 1000, height: 700 };
  await first.do('put', there);
  await first.quit();
  expect(await placeAtStart('two displays')).toMatchObject({ bounds: there });
  await plugIn('two displays', main);
  expect(await placeAtStart('two displays')).toMatchObject({ bounds: middle });
});

it('a file that holds no place is passed over', async () => {
  const folder = join(desk.folder, 'damaged', 'appData', 'Lookalike Desktop');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'window.json'), '{"window":{"x":"left"}}');
  expect(await placeAtStart('damaged')).toMatchObject({ bounds: middle });
});
