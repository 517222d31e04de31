/**
 * Electron's `webContents` on a page of Chromium: frames, navigation, and the channel to the preload
 * script's world.
 */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import type { WebContents, WebFrameMain, RenderProcessGoneDetails } from 'electron';
import { toBrowser, toProgram } from './addresses.ts';
import type { FromPage, ToPage } from './channel.ts';
import { openPage, permissionNames, setPermission, type PageOwner } from './chromium.ts';
import { nodeCodec } from './codec.ts';
import { answerCall } from './ipc-main.ts';
import {
  documentScripts,
  openBinding,
  preloadWorldName,
  sendBinding,
  worldVariable,
} from './page/scripts.ts';
import { record } from './records.ts';
import { isPermitted } from './session.ts';
import { declares, type Declares, PreventableEvent, strict, type Part } from './strict.ts';

interface Events {
  'will-navigate': [event: Electron.Event<Electron.WebContentsWillNavigateEventParams>];
  'will-redirect': [event: Electron.Event<Electron.WebContentsWillRedirectEventParams>];
  'will-attach-webview': [event: Electron.Event];
  'render-process-gone': [event: Electron.Event, details: RenderProcessGoneDetails];
}
declares<Declares<WebContents['on'], Pick<Events, 'will-navigate' | 'render-process-gone'>>>(true);

type OpenHandler = Parameters<WebContents['setWindowOpenHandler']>[0];
/** A frame as far as the program looks at it; the same object for as long as the frame lives. */
type Frame = Pick<WebFrameMain, 'url'>;

export class StandInWebContents
  extends EventEmitter
  implements
    PageOwner,
    Part<WebContents, 'setWindowOpenHandler' | 'send' | 'isDestroyed' | 'startDrag'>
{
  readonly mainFrame = strict('WebFrameMain', { url: '' }) as Frame as WebFrameMain;
  readonly #codec = nodeCodec();
  readonly #scripts: ReturnType<typeof documentScripts>;
  readonly #frames = new Map<string, Frame>();
  /** The preload worlds that there are: which frame each belongs to. */
  readonly #worlds = new Map<number, string>();
  #mainFrameId = '';
  #openHandler: OpenHandler | null = null;
  #page: Page | undefined;
  #session: CDPSession | undefined;
  /** Set while the program itself goes somewhere, which it is not asked about. */
  #goingTo: string | null = null;
  #destroyed = false;

  constructor(preloadFile: string) {
    super();
    this.#scripts = documentScripts(readFileSync(preloadFile, 'utf8'));
  }

  get page(): Page {
    if (this.#page === undefined) throw new Error('the window has loaded nothing yet');
    return this.#page;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  send(channel: string, ...args: unknown[]): void {
    for (const [world, frame] of this.#worlds)
      if (frame === this.#mainFrameId) this.#tell(world, { kind: 'event', channel, args });
  }

  startDrag({ file, files }: Electron.Item): void {
    record('webContents.startDrag', { file, files });
  }

  mayGo(url: string): boolean {
    if (this.#goingTo === url) {
      this.#goingTo = null;
      return true;
    }
    const event = Object.assign(new PreventableEvent(), { url });
    this.emit('will-navigate', event);
    return !event.defaultPrevented;
  }

  /** Shows `url` in a page of its own, the first time or again. */
  async load(url: string, viewport: { width: number; height: number }): Promise<void> {
    if (this.#page === undefined) {
      this.#page = await openPage(this);
      await this.setSize(viewport);
      const session = await this.#attach(this.#page);
      const [origin = ''] = /^[^/]*\/\/[^/]*/.exec(url) ?? [];
      await this.#permit(session, origin);
    }
    this.#goingTo = url;
    await this.page.goto(toBrowser(url));
  }

  /** The window's size changes, and the page's with it. */
  async setSize({ width, height }: { width: number; height: number }): Promise<void> {
    await this.#page?.setViewportSize({ width, height });
  }

  /** Lets go of the page, as when its window is closed. */
  async close(): Promise<void> {
    this.#destroyed = true;
    await this.#page?.close();
  }

  /** A call as a frame within the page would make it, were its renderer taken over. */
  async callFromWithin(channel: string, args: unknown[]): Promise<unknown> {
    const find = () => [...this.#worlds].find(([, frame]) => frame !== this.#mainFrameId)?.[0];
    let within = find();
    // The browser tells of a frame's worlds a moment after the frame is there.
    for (let waits = 0; within === undefined && waits < 100; waits++) {
      await setTimeout(50);
      within = find();
    }
    if (within === undefined) throw new Error('the page has no frame within it');
    const call = `preloadWorld.invoke(...${JSON.stringify([channel, ...args])})`;
    return this.#evaluate(within, call);
  }

  /** Says where the files lie that will be dropped: the browser does not tell pages. */
  async setPath(name: string, path: string): Promise<void> {
    for (const world of this.#worlds.keys())
      await this.#evaluate(
        world,
        `void ${worldVariable}.paths.set(${JSON.stringify(name)}, ${JSON.stringify(path)})`,
      );
  }

  async #attach(page: Page): Promise<CDPSession> {
    const session = await page.context().newCDPSession(page);
    this.#session = session;
    session.on('Runtime.executionContextCreated', ({ context: { id, name, auxData } }) => {
      if (name === preloadWorldName) this.#worlds.set(id, (auxData as { frameId: string }).frameId);
    });
    session.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      this.#worlds.delete(executionContextId);
    });
    session.on('Runtime.executionContextsCleared', () => {
      this.#worlds.clear();
    });
    session.on('Page.frameNavigated', ({ frame: { id, parentId, url } }) => {
      if (parentId === undefined) this.#mainFrameId = id;
      Object.assign(this.#frame(id), { url: toProgram(url) });
    });
    session.on('Page.navigatedWithinDocument', ({ frameId, url }) => {
      Object.assign(this.#frame(frameId), { url: toProgram(url) });
    });
    session.on('Page.windowOpen', ({ url }) => {
      this.#askToOpen(toProgram(url));
    });
    session.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name === openBinding) this.#askToOpen(toProgram(payload));
      else void this.#answer(payload, executionContextId);
    });
    page.on('crash', () => {
      this.#page = undefined;
      this.#session = undefined;
      this.#worlds.clear();
      this.emit('render-process-gone', new PreventableEvent(), { reason: 'crashed', exitCode: 5 });
      void page.close();
    });
    await session.send('Page.enable');
    const { frameTree } = await session.send('Page.getFrameTree');
    this.#mainFrameId = frameTree.frame.id;
    await session.send('Runtime.enable');
    await session.send('Runtime.addBinding', {
      name: sendBinding,
      executionContextName: preloadWorldName,
    });
    await session.send('Runtime.addBinding', { name: openBinding });
    const add = (source: string, worldName?: string) =>
      session.send('Page.addScriptToEvaluateOnNewDocument', {
        source,
        ...(worldName !== undefined && { worldName }),
      });
    await add(this.#scripts.page);
    await add(this.#scripts.preloadWorld, preloadWorldName);
    return session;
  }

  async #permit(session: CDPSession, origin: string): Promise<void> {
    for (const [permission, name] of permissionNames) {
      const permitted = await isPermitted(this as unknown as WebContents, permission);
      await setPermission(session, origin, name, permitted);
    }
  }

  #frame(id: string): Frame {
    if (id === this.#mainFrameId) return this.mainFrame;
    const frame = this.#frames.get(id) ?? strict('WebFrameMain', { url: '' });
    this.#frames.set(id, frame);
    return frame;
  }

  #askToOpen(url: string): void {
    const details = strict('HandlerDetails', { url }) as Electron.HandlerDetails;
    if (this.#openHandler?.(details).action !== 'deny')
      throw new Error('The stand-in of Electron opens no windows for pages.');
  }

  async #answer(payload: string, world: number): Promise<void> {
    const { call, channel, args } = this.#codec.decode(payload) as FromPage;
    const senderFrame = this.#frame(this.#worlds.get(world) ?? '') as WebFrameMain;
    let answer: ToPage;
    try {
      answer = { kind: 'result', call, result: await answerCall(channel, { senderFrame }, args) };
      this.#codec.encode(answer);
    } catch (error) {
      answer = {
        kind: 'error',
        call,
        message: error instanceof Error ? error.message : String(error),
      };
    }
    this.#tell(world, answer);
  }

  #tell(world: number, what: ToPage): void {
    const text = JSON.stringify(this.#codec.encode(what));
    this.#evaluate(world, `void ${worldVariable}.receive(${text})`).catch((error: unknown) => {
      // A document that has been left hears nothing any more.
      if (!/context|closed|crashed/i.test(String(error))) throw error;
    });
  }

  async #evaluate(contextId: number, expression: string): Promise<unknown> {
    const answer = await this.#session?.send('Runtime.evaluate', {
      contextId,
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    const { exceptionDetails, result } = answer ?? {};
    if (exceptionDetails !== undefined)
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result?.value;
  }
}
