/**
 * The desktop program on the real Electron, driven through Playwright, for the scenarios of
 * `test/browser`. Its dialogs are those of the system, which nothing can press in a test: the main
 * process is told to take the test's answer in their place.
 */
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication } from 'playwright-core';
import { findElectron } from '../../build/electron.mjs';
import { watchPage, type WatchedPage } from '../support/browser.ts';
import { desktopFolder } from './bundled.ts';
import { beginAgain, type OpenDialog } from './desktop-program.ts';

/** Why the scenarios cannot run on the real Electron, or false when they can. */
export function missingElectron(): boolean | string {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  if ('missing' in findElectron(root))
    return "Electron's program is not here: npx install-electron downloads it";
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY)
    return 'the real Electron needs a screen (xvfb-run npm test)';
  return false;
}

export class ElectronProgram {
  readonly #app: Promise<ElectronApplication>;
  /** Its exit code, when it has ended. */
  readonly ended: Promise<number | null>;
  readonly process = {
    kill: (signal: NodeJS.Signals): void => {
      void this.#app.then((app) => app.process().kill(signal));
    },
  };
  #watched: WatchedPage | undefined;

  /**
   * @param folder holds what would be the person's system
   * @param args what stands on the command line after the program
   */
  constructor(folder: string, args: readonly string[]) {
    mkdirSync(folder, { recursive: true });
    this.#app = start(folder, args);
    this.ended = this.#app.then(async (app) => {
      const [code] = (await once(app.process(), 'exit')) as [number | null];
      return code;
    });
  }

  /** The dialog that the program shows now or next. */
  dialog(): Promise<Pick<OpenDialog, 'choose'>> {
    return Promise.resolve({
      choose: async (path) => {
        await (
          await this.#app
        ).evaluate((_electronModule, chosen) => {
          (globalThis as unknown as Answering).answerDialog(chosen);
        }, path);
      },
    });
  }

  /** The interface as at a new start: nothing is kept of what was done in the window before. */
  async visit(): Promise<WatchedPage> {
    if (this.#watched) await beginAgain(this.#watched);
    else this.#watched = await watchPage(await (await this.#app).firstWindow());
    return this.#watched;
  }
}

/** What the main process is given below. */
interface Answering {
  answerDialog: (path: string | null) => void;
}

async function start(folder: string, args: readonly string[]): Promise<ElectronApplication> {
  const found = findElectron(fileURLToPath(new URL('../../', import.meta.url)));
  if ('missing' in found) throw new Error("Electron's program is not here");
  const app = await _electron.launch({
    executablePath: found.program,
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), desktopFolder, ...args],
    cwd: folder,
    env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, APPDATA: folder },
    colorScheme: 'dark',
  });
  await app.evaluate(({ dialog }) => {
    const answers: (string | null)[] = [];
    const waiting: ((path: string | null) => void)[] = [];
    const next = () =>
      new Promise<string | null>((resolve) => {
        const answer = answers.shift();
        if (answer === undefined) waiting.push(resolve);
        else resolve(answer);
      });
    (globalThis as unknown as Answering).answerDialog = (path) => {
      const first = waiting.shift();
      if (first) first(path);
      else answers.push(path);
    };
    dialog.showOpenDialog = async () => {
      const path = await next();
      return { canceled: path === null, filePaths: path === null ? [] : [path] };
    };
    dialog.showSaveDialog = async () => {
      const path = await next();
      return { canceled: path === null, filePath: path ?? '' };
    };
  });
  return app;
}
