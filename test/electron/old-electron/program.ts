/**
 * The desktop program in Electron 9, under a screen of its own that nobody sees, and what a test does
 * in it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Asked, FromProgram, ShownDialog } from '../stand-in/channel-to-test.ts';
import type { Commands } from './driver.ts';
import { libraryVariable, nodeVariable } from './library.ts';

/** A screen for X programs, in memory. */
export class Screen {
  /** What DISPLAY is to be. */
  readonly name: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;

  private constructor(process: ChildProcess, name: string) {
    this.name = name;
    this.#process = process;
    this.#ended = once(process, 'exit');
  }

  /** It closes by itself when the last window of it is gone, should the test be killed. */
  static async open(): Promise<Screen> {
    const args = ['-displayfd', '3', '-screen', '0', '1440x900x24', '-nolisten', 'tcp'];
    const stdio = ['ignore', 'ignore', 'ignore', 'pipe'] as const;
    const server = spawn('Xvfb', [...args, '-terminate'], { stdio: [...stdio] });
    const [number] = (await once(server.stdio[3] as NodeJS.ReadableStream, 'data')) as [Buffer];
    return new Screen(server, `:${number.toString().trim()}`);
  }

  async close(): Promise<void> {
    this.#process.kill();
    await this.#ended;
  }
}

export class OldElectronProgram {
  /** Its exit code, when it has ended. */
  readonly ended: Promise<number | null>;
  /** What it has written so far. */
  output = '';
  readonly #process: ChildProcess;
  readonly #answers = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #dialogs: { id: number; dialog: ShownDialog }[] = [];
  #last = 0;

  /**
   * @param electron the program
   * @param app what `bundleForOldElectron` made
   * @param home what would be the person's home
   * @param args what stands on the command line
   */
  constructor(electron: string, screen: Screen, app: string, home: string, args: string[]) {
    mkdirSync(home, { recursive: true });
    // Its sandbox would need a helper that belongs to root, or no root at all: neither is certain.
    this.#process = spawn(electron, [app, '--no-sandbox', '--disable-gpu', ...args], {
      cwd: home,
      env: {
        ...process.env,
        ...{ HOME: home, XDG_CONFIG_HOME: join(home, 'config'), DISPLAY: screen.name },
        [nodeVariable]: process.execPath,
        [libraryVariable]: join(import.meta.dirname, 'library-process.ts'),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.on('data', (part: Buffer) => (this.output += part.toString()));
    this.#process.on('message', (message) => {
      this.#receive(message as FromProgram);
    });
    this.ended = once(this.#process, 'close').then(([code]) => {
      for (const { reject } of this.#answers.values())
        reject(new Error(`the program has ended:\n${this.output}`));
      return code as number | null;
    });
  }

  async do<Name extends keyof Commands>(
    command: Name,
    ...args: Parameters<Commands[Name]>
  ): Promise<Awaited<ReturnType<Commands[Name]>>> {
    const id = ++this.#last;
    const answer = Promise.withResolvers<unknown>();
    this.#answers.set(id, answer);
    this.#process.send({ id, command, args } satisfies Asked, (error) => {
      if (error !== null) answer.reject(error);
    });
    return (await answer.promise) as Awaited<ReturnType<Commands[Name]>>;
  }

  /** Evaluates an expression in the page until there is a page and it is neither false nor empty. */
  async until(expression: string): Promise<unknown> {
    let failed = '';
    for (const end = Date.now() + 60_000; Date.now() < end;) {
      const value: unknown = await this.do('evaluate', expression).catch((error: unknown) => {
        failed = String(error);
      });
      if (value) return value;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`waited in vain for ${expression} ${failed}\n${await this.#seen()}`);
  }

  /** Clicks the first element of this selector that has this text or name, once it can be clicked. */
  async click(selector: string, name: string): Promise<void> {
    await this.until(`(() => {
      const names = (element) => [element.ariaLabel, element.title, element.textContent.trim()];
      const found = [...document.querySelectorAll('${selector}')]
        .find((element) => names(element).includes('${name}') && !element.disabled);
      found?.click();
      return found !== undefined;
    })()`);
  }

  /** Answers the next dialog of the system: with paths, or with the number of a button. */
  async answer(answer: string[] | number): Promise<ShownDialog> {
    for (const end = Date.now() + 30_000; Date.now() < end;) {
      const open = this.#dialogs.shift();
      if (open !== undefined) {
        await this.do('answerDialog', open.id, answer);
        return open.dialog;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`no dialog was shown\n${await this.#seen()}`);
  }

  async quit(): Promise<number | null> {
    await this.do('quit').catch(() => undefined);
    return this.ended;
  }

  /** What the page and the log say, for who has to find a mistake. */
  async #seen(): Promise<string> {
    return `${String(await this.do('evaluate', 'document.body.innerText'))}\n${this.output}`;
  }

  #receive(message: FromProgram): void {
    if (message.kind === 'dialog') this.#dialogs.push(message);
    if (message.kind !== 'answer') return;
    const answer = this.#answers.get(message.id);
    this.#answers.delete(message.id);
    if (message.error === undefined) answer?.resolve(message.result);
    else answer?.reject(new Error(message.error));
  }
}
