/**
 * How smooth a large map is: `npm run bench -- map-frames LIBRARY --points N`. The library may be any
 * that is indexed; its map is replaced by N made-up points, moved and zoomed in real Chromium, whose
 * frames are timed from within the page. Needs Chromium; without a graphics card it draws in software.
 */
import { loadavg, cpus } from 'node:os';
import { Command } from 'commander';
import { aligned } from '../cli/columns.ts';
import { parsePath, parseSeed } from '../cli/arguments.ts';
import type { PhotoMap } from '../engine/contract.ts';
import { seededRandom } from '../test/support/vectors.ts';
import { launchChromium, openPage } from '../test/support/browser.ts';
import { startWebProgram } from '../test/support/web-program.ts';

/** Groups of points like those of a real map. */
function madeUp(points: number): PhotoMap {
  const random = seededRandom(1);
  const groups = 40;
  const centres = Array.from({ length: groups }, () => [random() * 100, random() * 100] as const);
  const clusters = Array.from({ length: points }, (_, i) => i % groups);
  const near = (axis: 0 | 1): number[] =>
    clusters.map((group) => (centres[group]?.[axis] ?? 0) + 8 * (random() + random() - 1));
  return {
    settings: { algorithm: 't-sne', perplexity: 30, seed: 1 },
    ids: Array.from({ length: points }, (_, i) => i + 1),
    ...{ x: near(0), y: near(1), clusters, trustworthiness: 1, current: true },
  };
}

/** Runs in the page: moves the pointer or turns the wheel once a frame; the times between frames in ms. */
const timed = (kind: 'pan' | 'zoom'): string => `(async () => {
  const surface = document.querySelector('[role=application]');
  const { left, top, width, height } = surface.getBoundingClientRect();
  surface.setPointerCapture = () => {};
  const at = (i) => ({ clientX: left + width / 2 + 150 * Math.sin(i / 15), clientY: top + height / 2 + 100 * Math.cos(i / 15) });
  const tell = (type, i) => surface.dispatchEvent(new PointerEvent(type, { pointerId: 1, bubbles: true, ...at(i) }));
  const next = () => new Promise(requestAnimationFrame);
  if (${kind === 'pan'}) tell('pointerdown', 0);
  const times = [];
  let before = await next();
  for (let i = 1; i <= 120; i++) {
    if (${kind === 'pan'}) tell('pointermove', i);
    else surface.dispatchEvent(new WheelEvent('wheel', { deltaY: i % 60 < 30 ? -30 : 30, bubbles: true, cancelable: true, ...at(0) }));
    const now = await next();
    times.push(now - before);
    before = now;
  }
  if (${kind === 'pan'}) tell('pointerup', 121);
  return times;
})()`;

async function measure(library: string, points: number): Promise<string[][]> {
  const program = startWebProgram('--library', library);
  const browser = await launchChromium();
  try {
    const { page } = await openPage(browser);
    await page.route('**/api/map.get', (route) => {
      const mapping = {
        state: 'idle',
        method: null,
        algorithm: null,
        done: 0,
        total: 0,
        error: null,
      };
      return route.fulfill({ json: { map: madeUp(points), mapping } });
    });
    const { href } = await program.address;
    await page.goto(href);
    await page.getByRole('link', { name: 'Map' }).click();
    await page.getByRole('application').waitFor();
    await page.waitForTimeout(2000);
    const rows: string[][] = [];
    for (const kind of ['pan', 'zoom'] as const) {
      const times = (await page.evaluate<number[]>(timed(kind))).sort((a, b) => a - b);
      const share = (part: number): string =>
        `${(times[Math.floor(part * (times.length - 1))] ?? NaN).toFixed(1)} ms`;
      rows.push([kind, share(0.5), share(0.95)]);
    }
    return rows;
  } finally {
    await browser.close();
    program.process.kill('SIGTERM');
    await program.ended;
  }
}

await new Command('map-frames')
  .argument('<library>', 'any library with photos in it', parsePath)
  .option('--points <number>', 'points on the map', parseSeed, 20_000)
  .action(async (library: string, { points }: { points: number }) => {
    const rows = await measure(library, points);
    console.log(aligned([['', 'median', '95 %'], ...rows]).join('\n'));
    const load = (loadavg()[0] ?? NaN).toFixed(1);
    console.log(`${points} points, ${cpus().length} cores, load ${load}`);
  })
  .parseAsync();
