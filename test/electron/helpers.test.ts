/** Helper processes and pages that die, and what the system sees and does while photos are indexed. */
import { rename } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Indexing, Result } from '../../engine/contract.ts';
import { lookalikeLinks, needChromium, photoInGrid, waitUntilReady } from '../browser/setting.ts';
import { ask, Desk } from './desk.ts';
import type { DesktopProgram } from './desktop-program.ts';

let desk: Desk;
let program: DesktopProgram;
let page: Page;
const hasChromium = needChromium();
beforeAll(async () => {
  if (!hasChromium) return;
  desk = await Desk.make();
  program = desk.start('system', '--library', 'library');
  page = await program.page();
}, 300_000);
afterAll(async () => {
  if (hasChromium) await desk.end();
});

/** The process id of the helper that runs this entry; waits until there is one. */
async function helper(entry: 'search' | 'decoder'): Promise<number> {
  for (;;) {
    const helpers = await program.do('helpers');
    const running = helpers.find((other) => other.entry.includes(`${entry}-process`));
    if (running !== undefined) return running.pid;
    await page.waitForTimeout(50);
  }
}

async function library(): Promise<Result<'library.get'>> {
  const reply = await ask(page, 'library.get');
  if ('error' in reply) throw new Error(reply.error.message);
  return reply.result as Result<'library.get'>;
}

const indexing = async (): Promise<Indexing> => (await library()).indexing;

it('while photos are indexed the machine may sleep, and a decoder may die', async () => {
  await page.getByRole('button', { name: 'Choose a folder' }).click();
  await (await program.dialog()).choose(desk.photos);
  await expect.poll(async () => (await indexing()).indexed, { timeout: 60_000 }).toBeGreaterThan(5);

  // Asleep: nothing goes on, until the machine wakes up.
  await program.do('tellPower', 'suspend');
  await expect.poll(async () => (await indexing()).state).toBe('paused');
  await program.do('tellPower', 'resume');
  await expect.poll(async () => (await indexing()).state).toBe('running');

  // What the person paused stays paused.
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect.poll(async () => (await indexing()).state).toBe('paused');
  await program.do('tellPower', 'suspend');
  await program.do('tellPower', 'resume');
  await page.waitForTimeout(300);
  expect((await indexing()).state).toBe('paused');
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect.poll(async () => (await indexing()).state).toBe('running');

  const decoder = await helper('decoder');
  process.kill(decoder, 'SIGKILL');
  await waitUntilReady(page);
  const { photos, problems } = await library();
  expect(problems, 'one photo for one decoder').toBeLessThanOrEqual(1);
  expect(photos + problems).toBe((await indexing()).found);
  expect(await helper('decoder')).not.toBe(decoder);
});

it('the task bar showed how far it was, and the machine was kept awake meanwhile', async () => {
  const shown = await program.records('BrowserWindow.setProgressBar');
  const values = shown.map(([value]) => value as number);
  expect(values.at(-1), 'none at the end').toBe(-1);
  const parts = values.filter((value) => value >= 0 && value <= 1);
  expect(parts.length).toBeGreaterThan(2);
  expect(parts).toEqual(parts.toSorted((a, b) => a - b));
  expect(shown.some(([, options]) => (options as { mode: string }).mode === 'paused')).toBe(true);

  const started = await program.records('powerSaveBlocker.start');
  const stopped = await program.records('powerSaveBlocker.stop');
  expect(started.length).toBeGreaterThan(0);
  expect(stopped).toHaveLength(started.length);
});

it('a search process that was killed comes back, and the page with it', async () => {
  const { cell } = await photoInGrid(page, /^[a-z-]+-\d\d\.jpg$/);
  const first = await helper('search');
  process.kill(first, 'SIGKILL');
  await cell.click();
  await expect.poll(() => lookalikeLinks(page).count(), { timeout: 20_000 }).toBe(5);
  const second = await helper('search');
  expect(second).not.toBe(first);

  // A question that it was working on is answered with an error, and the next one as ever.
  process.kill(second, 'SIGSTOP');
  const find = () => ask(page, 'lookalikes.find', '{ query: { photo: 1 }, k: 5 }');
  const asked = find();
  await page.waitForTimeout(300);
  process.kill(second, 'SIGKILL');
  expect(await asked).toMatchObject({ error: { code: 'process-died' } });
  expect(await find()).toHaveProperty('result.lookalikes.length', 5);
});

it('a photo that the page no longer waits for is given up, and comes when it is asked for again', async () => {
  const { id } = await library();
  const path = `/pictures/${id}/1/photo?side=777`;
  const decoder = await helper('decoder');
  process.kill(decoder, 'SIGSTOP');
  const fetched = `(async () => {
    const gone = new AbortController();
    const answer = fetch('${path}', { signal: gone.signal });
    setTimeout(() => gone.abort(), 300);
    return answer.then(String, ({ name }) => name);
  })()`;
  expect(await page.evaluate(fetched)).toBe('AbortError');
  await expect
    .poll(() => program.records('Response.body.cancel'))
    .toEqual([[`lookalike://app${path}`]]);
  process.kill(decoder, 'SIGCONT');
  const again = `fetch('${path}').then(async (answer) => (await answer.blob()).type)`;
  expect(await page.evaluate(again)).toBe('image/webp');
});

it('a photo whose file is gone is an error of its picture', async () => {
  const { id } = await library();
  const { result } = (await ask(page, 'photos.get', '{ id: 2 }')) as { result: { path: string } };
  await rename(result.path, `${result.path}.away`);
  const shown = `new Promise((resolve) => {
    const image = new Image();
    image.onload = image.onerror = ({ type }) => resolve(type);
    image.src = '/pictures/${id}/2/photo?side=777';
  })`;
  expect(await page.evaluate(shown)).toBe('error');
  await rename(`${result.path}.away`, result.path);
  expect(await page.evaluate(shown.replace('777', '778'))).toBe('load');
});

it('a page whose process was lost is loaded again', async () => {
  const session = await page.context().newCDPSession(page);
  session.send('Page.crash').catch(() => {
    // It is gone before it can answer.
  });
  await expect.poll(() => program.output.text).toContain('the page ended (crashed)');
  page = await program.lookAgain();
  await photoInGrid(page, /^[a-z-]+-\d\d\.jpg$/);
  expect((await library()).photos).toBeGreaterThan(100);
});
