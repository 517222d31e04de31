/** The web app as a person starts it, by the launcher, and a page of it in a new browser profile. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { openPage } from '../../test/support/browser.ts';
import { Recorder } from './recorder.ts';

const launcher = fileURLToPath(new URL('../../build/lookalike.mjs', import.meta.url));

const restMs = 500;

export interface OpenedWindow {
  page: Page;
  recorder: Recorder;
  /** The number of the launcher's process, below which all others are. */
  pid: number;
  /** When the program was started, and when its page was opened; milliseconds since 1970. */
  startedAt: number;
  openedAt: number;
  close: () => Promise<void>;
}

export async function openWindow(browser: Browser, library: string): Promise<OpenedWindow> {
  const { page } = await openPage(browser);
  const recorder = await Recorder.in(page);
  // A browser that is open already is not busy with an empty page of its own.
  await page.waitForTimeout(restMs);
  const startedAt = Date.now();
  const program = spawn(process.execPath, [launcher, 'serve', '--no-open', '--library', library], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(program, 'exit');
  const address = await addressIn(createInterface({ input: program.stdout }));
  const openedAt = Date.now();
  await page.goto(address, { waitUntil: 'commit' });
  return {
    ...{ page, recorder, startedAt, openedAt },
    pid: program.pid ?? 0,
    close: async () => {
      await page.context().close();
      program.kill('SIGTERM');
      await ended;
    },
  };
}

async function addressIn(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const address = /http:\S+/.exec(line)?.[0];
    if (address !== undefined) return address;
  }
  throw new Error('the program ended before it said where it is');
}
