/**
 * The one Chromium that shows the windows. It reaches nothing but the program: what a page asks for is
 * answered by the program's own protocol or not at all. A test connects to the same Chromium.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  chromium,
  type BrowserContext,
  type CDPSession,
  type Page,
  type Request,
  type Route,
} from 'playwright-core';
import { chromiumArguments, findChromium } from '../../support/browser.ts';
import { toBrowser, toProgram } from './addresses.ts';
import { systemFolder } from './place.ts';
import { record } from './records.ts';
import { answerRequest } from './session.ts';

/** What a window wants to know of its page's requests. */
export interface PageOwner {
  /** Whether the page may go there; asked for navigations of its main frame. */
  mayGo(url: string): boolean;
}

interface Running {
  context: BrowserContext;
  /** Where a test can connect. */
  endpoint: string;
}

const owners = new Map<Page, PageOwner>();
/** What ends an answer that is being sent, by the request that it is for. */
const endings = new Map<Request, () => void>();
let running: Promise<Running> | undefined;
let blank: Page | undefined;

function start(): Promise<Running> {
  running ??= launch();
  return running;
}

async function launch(): Promise<Running> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('there is no Chromium');
  const folder = systemFolder('chromium');
  const context = await chromium.launchPersistentContext(folder, {
    executablePath,
    acceptDownloads: false,
    // As `nativeTheme` says.
    colorScheme: 'dark',
    viewport: { width: 1440, height: 900 },
    args: [...chromiumArguments, '--remote-debugging-port=0'],
  });
  blank = context.pages()[0];
  await context.route('**/*', intercept);
  context.on('requestfailed', (request) => endings.get(request)?.());
  await closeNewWindows(context);
  const [port = ''] = readFileSync(join(folder, 'DevToolsActivePort'), 'utf8').split('\n');
  return { context, endpoint: `http://127.0.0.1:${port}` };
}

/** A new page, whose requests are answered by the program. */
export async function openPage(owner: PageOwner): Promise<Page> {
  const { context } = await start();
  const page = blank ?? (await context.newPage());
  blank = undefined;
  owners.set(page, owner);
  page.on('close', () => owners.delete(page));
  return page;
}

/** Where Chromium's debugging protocol is, once there is a window. */
export async function debuggingEndpoint(): Promise<string> {
  if (running === undefined) throw new Error('the program has opened no window');
  return (await running).endpoint;
}

export async function closeChromium(): Promise<void> {
  await (await running)?.context.close();
}

async function intercept(route: Route, request: Request): Promise<void> {
  try {
    const url = toProgram(request.url());
    const response = mayBegin(request, url)
      ? await answerRequest({
          url,
          method: request.method(),
          headers: request.headers(),
          body: bytesOf(request.postDataBuffer()),
          resourceType: request.resourceType(),
        })
      : null;
    if (response === null) {
      // With this reason Chromium stays where it was, as it does when Electron stops a navigation.
      await route.abort(request.isNavigationRequest() ? 'aborted' : 'blockedbyclient');
      return;
    }
    const body = await wholeBody(request, response);
    if (body === null) await route.abort('failed');
    else
      await route.fulfill({
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body,
      });
  } catch (error) {
    // A page that is closed meanwhile waits for nothing any more.
    if (!/closed|Invalid InterceptionId/.test(String(error))) throw error;
  }
}

/**
 * As Electron: a stream that breaks off is a failed request, and one that the page no longer waits for
 * is cancelled. Chromium gets it in one piece, as Playwright sends no others.
 */
async function wholeBody(request: Request, { body }: Response): Promise<Buffer | null> {
  const reader = body?.getReader() as ReadableStreamDefaultReader<Uint8Array> | undefined;
  if (reader === undefined) return Buffer.alloc(0);
  endings.set(request, () => {
    record('Response.body.cancel', toProgram(request.url()));
    void reader.cancel();
  });
  const parts: Uint8Array[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return Buffer.concat(parts);
      parts.push(value);
    }
  } catch {
    return null;
  } finally {
    endings.delete(request);
  }
}

function bytesOf(buffer: Buffer | null): Uint8Array<ArrayBuffer> | null {
  return buffer === null ? null : new Uint8Array(buffer);
}

function mayBegin(request: Request, url: string): boolean {
  if (!request.isNavigationRequest()) return true;
  const frame = mainFrameOf(request);
  if (frame === undefined) return false;
  return frame === 'within' || frame.mayGo(url);
}

/** The window that a navigation is for, 'within' for a frame in a page, undefined for other pages. */
function mainFrameOf(request: Request): PageOwner | 'within' | undefined {
  for (const [page, owner] of owners) {
    try {
      if (request.frame() === page.mainFrame()) return owner;
      if (request.frame().page() === page) return 'within';
    } catch {
      // Playwright does not know the frame of a page that has only begun: it is none of ours.
      return undefined;
    }
  }
  return undefined;
}

/** Headless Chromium opens a window whenever a page asks; the program decided that none does. */
async function closeNewWindows(context: BrowserContext): Promise<void> {
  const root = await context.browser()?.newBrowserCDPSession();
  if (root === undefined) throw new Error('Chromium has no debugging session');
  root.on('Target.targetCreated', ({ targetInfo: { targetId, openerId } }) => {
    if (openerId === undefined) return;
    root.send('Target.closeTarget', { targetId }).catch(() => {
      // It closed by itself.
    });
  });
  await root.send('Target.setDiscoverTargets', { discover: true });
}

/** Electron's names of permissions, and the browser's for the same. */
export const permissionNames: [electron: string, browser: string][] = [
  ['geolocation', 'geolocation'],
  ['notifications', 'notifications'],
  ['media', 'camera'],
  ['media', 'microphone'],
  ['midi', 'midi'],
  ['clipboard-read', 'clipboard-read'],
  ['clipboard-sanitized-write', 'clipboard-write'],
  ['idle-detection', 'idle-detection'],
  ['window-management', 'window-management'],
];

/** Gives or denies the pages of `origin` (the program's form) a permission, while `session` lasts. */
export async function setPermission(
  session: CDPSession,
  origin: string,
  name: string,
  permitted: boolean,
): Promise<void> {
  await session.send('Browser.setPermission', {
    permission: { name },
    setting: permitted ? 'granted' : 'denied',
    origin: toBrowser(origin),
  });
}
