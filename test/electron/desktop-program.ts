/**
 * The desktop program as a person starts it, with Electron's stand-in under it: the real bundle in a
 * process of its own, and the window's page, which a test drives as it drives that of the web app.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { watchPage, type WatchedPage } from '../support/browser.ts';
import { desktopFolder } from './bundled.ts';
import type { Asked, FromProgram, ShownDialog } from './stand-in/channel-to-test.ts';
import type { Commands } from './stand-in/control.ts';
import { folderVariable } from './stand-in/place.ts';

const register = new URL('./stand-in/register.ts', import.meta.url).href;
const entry = join(desktopFolder, 'code', 'main.js');

/** A dialog of the system that waits for the person. */
export interface OpenDialog {
  readonly shown: ShownDialog;
  /** Chooses a folder, or a name for a file; null for none. */
  choose(path: string | null): Promise<void>;
  /** Presses the button of that label. */
  press(label: string): Promise<void>;
}

type Command = keyof Commands;

/** Loads the page of a window as at a new start. */
export async function beginAgain({ page, trouble }: WatchedPage): Promise<void> {
  // The page notes where it is when it is left, which is not to be kept either.
  await page.evaluate(`(() => {
    location.hash = '';
    addEventListener('pagehide', () => {
      localStorage.clear();
      sessionStorage.clear();
    });
  })()`);
  await page.reload();
  trouble.length = 0;
}

export class DesktopProgram {
  readonly process: ChildProcess;
  /** What it has written so far. */
  readonly output = { text: '' };
  /** Its exit code, when it has ended. */
  readonly ended: Promise<number | null>;
  readonly #folder: string;
  readonly #dialogs: OpenDialog[] = [];
  readonly #answers = new Map<number, PromiseWithResolvers<unknown>>();
  #dialogCame: () => void = () => undefined;
  #relaunchArgs: string[] | null = null;
  #last = 0;
  #browser: Browser | undefined;
  #watched: WatchedPage | undefined;

  /**
   * @param folder holds what would be the person's system; programs in the same one know of each other
   * @param args what stands on the command line after the program
   */
  constructor(folder: string, args: readonly string[]) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    this.process = fork(entry, args, {
      cwd: folder,
      env: { ...process.env, [folderVariable]: folder, HOME: folder, XDG_DATA_HOME: '' },
      execArgv: ['--import', register],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.process.stdout, this.process.stderr])
      stream?.on('data', (part: Buffer) => (this.output.text += part.toString()));
    this.process.on('message', (message) => {
      this.#receive(message as FromProgram);
    });
    this.ended = once(this.process, 'close').then(([code]) => {
      for (const { reject } of this.#answers.values()) reject(new Error('the program has ended'));
      return code as number | null;
    });
  }

  /** Does to the program what a person or the system would do. */
  async do<Name extends Command>(
    command: Name,
    ...args: Parameters<Commands[Name]>
  ): Promise<Awaited<ReturnType<Commands[Name]>>> {
    const id = ++this.#last;
    const answer = Promise.withResolvers<unknown>();
    this.#answers.set(id, answer);
    this.process.send({ id, command, args } satisfies Asked, (error) => {
      if (error !== null) answer.reject(error);
    });
    return (await answer.promise) as Awaited<ReturnType<Commands[Name]>>;
  }

  /** The next dialog that the program shows. */
  async dialog(): Promise<OpenDialog> {
    for (;;) {
      const dialog = this.#dialogs.shift();
      if (dialog !== undefined) return dialog;
      await new Promise<void>((resolve, reject) => {
        this.#dialogCame = resolve;
        void this.ended.then(() => {
          reject(new Error(`it ended before it showed a dialog:\n${this.output.text}`));
        });
      });
    }
  }

  /** The page of the window; waits until the program has opened one and loaded it. */
  async page(): Promise<Page> {
    const tooLate = Date.now() + 45_000;
    for (;;) {
      if (Date.now() > tooLate) throw new Error(`it shows no page:\n${this.output.text}`);
      try {
        const endpoint = await this.do('endpoint');
        this.#browser ??= await chromium.connectOverCDP(endpoint);
        const page = this.#browser
          .contexts()[0]
          ?.pages()
          .find((shown) => shown.url().startsWith('https:'));
        if (page !== undefined) {
          await page.emulateMedia({ colorScheme: 'dark' });
          return page;
        }
      } catch (error) {
        if (!String(error).includes('has opened no window'))
          throw new Error(`${String(error)}\n${this.output.text}`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** The interface as at a new start: nothing is kept of what was done in the window before. */
  async visit(): Promise<WatchedPage> {
    if (this.#watched === undefined) {
      this.#watched = await watchPage(await this.page());
    } else await beginAgain(this.#watched);
    return this.#watched;
  }

  /** Looks with new eyes for the page, as after its renderer was lost. */
  async lookAgain(): Promise<Page> {
    await this.#browser?.close();
    this.#browser = undefined;
    this.#watched = undefined;
    return this.page();
  }

  /** Drops a file or folder of the disk on the page. */
  async drop(path: string): Promise<void> {
    const page = await this.page();
    await this.do('setPath', basename(path), path);
    const session = await page.context().newCDPSession(page);
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await session.send('Input.dispatchDragEvent', {
        ...{ type, x: 300, y: 300 },
        data: { items: [], files: [path], dragOperationsMask: 1 },
      });
    await session.detach();
  }

  /** Calls of this member of Electron so far; see `records.ts`. */
  async records(what: string): Promise<unknown[][]> {
    const all = await this.do('records');
    return all.filter((record) => record.what === what).map(({ args }) => args);
  }

  /** Quits as a person does, and waits until it has ended. */
  async quit(): Promise<number | null> {
    await this.#browser?.close();
    this.#browser = undefined;
    await this.do('quit').catch(() => {
      // It was faster to end than to answer.
    });
    return this.ended;
  }

  /** Ends it as `kill -9` does. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended;
  }

  /** The program that Electron would have started when this one ended, if it was asked to. */
  async relaunched(): Promise<DesktopProgram> {
    await this.ended;
    if (this.#relaunchArgs === null) throw new Error('it did not ask to be started again');
    const [main, ...args] = this.#relaunchArgs;
    if (main !== entry) throw new Error(`it asked for ${String(main)} to be started`);
    return new DesktopProgram(this.#folder, args);
  }

  #receive(message: FromProgram): void {
    switch (message.kind) {
      case 'answer': {
        const answer = this.#answers.get(message.id);
        this.#answers.delete(message.id);
        if (message.error === undefined) answer?.resolve(message.result);
        else answer?.reject(new Error(message.error));
        return;
      }
      case 'relaunch':
        this.#relaunchArgs = message.args;
        return;
      case 'dialog':
        this.#dialogs.push(this.#openDialog(message.id, message.dialog));
        this.#dialogCame();
    }
  }

  #openDialog(id: number, shown: ShownDialog): OpenDialog {
    return {
      shown,
      choose: async (path) => {
        if (shown.of === 'showMessageBox') throw new Error('nothing can be chosen in this dialog');
        await this.do('answerDialog', id, path === null ? [] : [path]);
      },
      press: async (label) => {
        const { buttons = ['OK'] } =
          shown.of === 'showMessageBox' ? shown.options : { buttons: [] };
        if (!buttons.includes(label)) throw new Error(`no ${label}; there are ${buttons.join()}`);
        await this.do('answerDialog', id, buttons.indexOf(label));
      },
    };
  }
}
