/**
 * `npm run bench -- scale`: what each step of the program costs with ten and with a hundred thousand
 * photos, and what that comes to with more. docs/scale.md says what follows from it.
 *
 * Core time is told and not the time on the clock, so that other programs do not count.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { defaultMethod } from '../engine/default-method.ts';
import { openLibrary } from '../engine/library.ts';
import { indicesOf, layOut } from '../renderer/layout/justified.ts';
import { cacheFolder } from './cache.ts';
import { median, setting } from './measuring.ts';
import { coreSeconds } from './processes.ts';
import { keepReport, printed, type Row, type Table } from './report.ts';
import { largeLibrary } from './window/library.ts';

const [few, many] = [10_000, 100_000];
const runs = 3;

/** Core milliseconds of each step, by its name. */
type Steps = Map<string, number>;

const measured = new Map<number, Steps>();
for (const size of [few, many]) measured.set(size, await measureSteps(size));
const none: Steps = new Map();
const [ofFew, ofMany] = [measured.get(few) ?? none, measured.get(many) ?? none];
const table: Table = {
  title: 'Core milliseconds',
  rows: [...ofMany.keys()].flatMap((step) => {
    const [a, b] = [ofFew.get(step) ?? NaN, ofMany.get(step) ?? NaN];
    return [row(`${step}, ${few}`, a, 'ms'), row(`… ${many}`, b, 'ms')];
  }),
  notes: [...ofMany.entries()].map(([step, of]) => {
    const slope = (of - (ofFew.get(step) ?? NaN)) / (many - few);
    return `${step}: ${(slope * 1000).toFixed(2)} µs a photo; ${(slope * 1000).toFixed(1)} s with 1 M`;
  }),
};
const report = { subject: 'scale', setting: setting(1), tables: [table] };
keepReport(report);
console.log(printed(report));

function row(what: string, value: number, unit: Row['unit']): Row {
  return { what, value, unit, peer: null, goal: null };
}

async function measureSteps(size: number): Promise<Steps> {
  const { folder } = await largeLibrary(cacheFolder, size, console.error);
  const times = new Map<string, number[]>();
  const step = async <T>(name: string, work: () => T | Promise<T>): Promise<T> => {
    const [own, all] = [process.cpuUsage(), await coreSeconds(process.pid)];
    const result = await work();
    const { user, system } = process.cpuUsage(own);
    const host = (user + system) / 1000;
    // Told in steps of 10 ms, and less than before when a helper has ended.
    const helpers = ((await coreSeconds(process.pid)) - all) * 1000 - host;
    times.set(name, [
      ...(times.get(name) ?? []),
      host + Math.max(0, Math.round(helpers / 10) * 10),
    ]);
    return result;
  };
  for (let run = 0; run < runs; run++) {
    // Where it was not closed in order, as after a crash, the database is looked through.
    rmSync(join(folder, 'library.db-closed'), { force: true });
    const checked = await step('open after a crash', () => openLibrary({ folder }));
    await checked.close();
    const library = await step('open', () => openLibrary({ folder }));
    await step('look through unchanged folders', async () => {
      await library.request('indexing.wait', {});
    });
    const list = await step('list by time', () =>
      library.request('photos.list', { folder: null, order: 'newest' }),
    );
    const text = await step('list as JSON', () => JSON.stringify(list));
    await step('parse it', () => void JSON.parse(text));
    await step('lay it out', () => {
      const measures = { width: 1200, rowHeight: 200, gap: 4, headingHeight: 44 };
      layOut(list.ratios, list.groups, measures);
      indicesOf(list.ids);
    });
    await step('list by folder', () =>
      library.request('photos.list', { folder: null, order: 'folder' }),
    );
    await step('read the clusters', () =>
      library.request('clusters.get', { method: defaultMethod }),
    );
    await step('open the largest cluster', () =>
      library.request('clusters.photos', { method: defaultMethod, cluster: 1 }),
    );
    const find = (photo: number) => () =>
      library.request('lookalikes.find', { query: { photo }, method: defaultMethod, k: 13 });
    await step('load the vectors, first lookalikes', find(list.ids[0] ?? 0));
    await step('find lookalikes', find(list.ids[1] ?? 0));
    await library.close();
  }
  return new Map([...times].map(([name, of]) => [name, median(of)]));
}
