/**
 * Real Chromium for tests that do what a person does. Every page that is opened is watched: errors
 * on its console, errors thrown in it, and whatever its Content-Security-Policy had to stop.
 */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/**
 * The browser to use: the one that CHROMIUM_PATH names, Debian's, or playwright's own. Null when
 * none is there; a CHROMIUM_PATH that leads nowhere is an error.
 */
export function findChromium(): string | null {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && !existsSync(named))
    throw new Error(`CHROMIUM_PATH is ${named}, but nothing is there`);
  const places = [named, '/usr/bin/chromium', chromium.executablePath()];
  return places.find((path) => path !== undefined && existsSync(path)) ?? null;
}

/** Why there are no browser tests on this machine, or false when there is a browser. */
export function missingChromium(): string | false {
  if (findChromium() !== null) return false;
  return 'no Chromium: install it (Debian: apt install chromium) or set CHROMIUM_PATH';
}

/** Works in containers too, and asks nothing of the network by itself. */
export const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('there is no Chromium');
  return chromium.launch({ executablePath, args: chromiumArguments });
}

/** Runs in the page, as text: the types of this project's own code know no browser. */
const tellViolations = `
  document.addEventListener('securitypolicyviolation', (event) => {
    tellViolation(\`policy: \${event.violatedDirective} \${event.blockedURI} (\${event.sourceFile}:\${event.lineNumber})\`);
  });
`;

/** A page, and everything that went wrong in it so far. */
export interface WatchedPage {
  page: Page;
  /** One line each. A test that provokes an error takes its lines out with `expectTrouble`. */
  trouble: string[];
}

/** A page in a browser profile of its own, at the size and with the colours given. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme: 'dark',
    ...options,
  });
  return watchPage(await context.newPage());
}

/** Watches a page that somebody else opened. */
export async function watchPage(page: Page): Promise<WatchedPage> {
  const trouble: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      trouble.push(`${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => trouble.push(`thrown: ${error.stack ?? error.message}`));
  await page.exposeFunction('tellViolation', (line: string) => trouble.push(line));
  await page.addInitScript({ content: tellViolations });
  return { page, trouble };
}

/** Takes the lines that match out of the trouble of a page, and says whether there were any. */
export function expectTrouble({ trouble }: WatchedPage, pattern: RegExp): boolean {
  const others = trouble.filter((line) => !pattern.test(line));
  const found = others.length < trouble.length;
  trouble.splice(0, trouble.length, ...others);
  return found;
}
