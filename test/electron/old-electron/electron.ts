/**
 * What the main process gets that imports 'electron': the real Electron 9, with the members that came
 * later, each made of what it has. Dialogs ask the test instead of a person.
 */
import type { IpcMainInvokeEvent, WebContents } from 'electron';
import { app, ipcMain as oldIpcMain, protocol, session } from 'electron';
import type { OldResponse } from './web-classes.ts';

export {
  app,
  BrowserWindow,
  clipboard,
  Menu,
  nativeTheme,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  screen,
  session,
  shell,
} from 'electron';
export { dialog } from '../stand-in/dialog.ts';

/** As Electron 9 has it, where it is otherwise than today. */
interface OldContents {
  on(event: 'new-window', listener: (event: Electron.Event, url: string) => void): void;
  on(event: 'did-frame-navigate', listener: (...args: FrameNavigation) => void): void;
  prependListener(
    event: 'will-navigate' | 'will-redirect',
    listener: (event: { url?: string }, url: string) => void,
  ): void;
}

type FrameNavigation = [
  ...[event: unknown, url: string, code: number, text: string, isMainFrame: boolean],
  ...[process: number, routing: number],
];

interface OldProtocol {
  registerBufferProtocol(
    scheme: string,
    handler: (
      request: { url: string; method: string; headers: Record<string, string> },
      answer: (response: object) => void,
    ) => void,
  ): void;
}

/** Chromium's number for a request that failed. */
const netFailed = -2;

/** The main frame of each page, and the number that Electron 9 has for it. */
const mainFrames = new WeakMap<WebContents, { frame: { url: string }; routing: number }>();

app.prependListener('web-contents-created', (_event: unknown, contents: WebContents) => {
  const old = contents as unknown as OldContents;
  const frame = {
    get url() {
      return contents.getURL();
    },
  };
  const main = { frame, routing: -1 };
  mainFrames.set(contents, main);
  old.on('did-frame-navigate', (_navigated, _url, _code, _text, isMainFrame, _process, routing) => {
    if (isMainFrame) main.routing = routing;
  });
  for (const name of ['will-navigate', 'will-redirect'] as const)
    old.prependListener(name, (event, url) => {
      event.url = url;
    });
  Object.defineProperty(contents, 'mainFrame', { value: frame });
  Object.assign(contents, {
    setWindowOpenHandler: (handler: (details: { url: string }) => { action: string }) => {
      old.on('new-window', (event, url) => {
        if (handler({ url }).action === 'deny') event.preventDefault();
      });
    },
  });
});

app.prependOnceListener('ready', () => {
  // There was no such permission to ask for yet.
  Object.assign(session.defaultSession, { setDevicePermissionHandler: () => undefined });
});

Object.assign(protocol, {
  handle: (scheme: string, handler: (request: Request) => Promise<Response>) => {
    (protocol as unknown as OldProtocol).registerBufferProtocol(scheme, (asked, answer) => {
      void handler(new Request(asked.url, asked)).then(async (response) => {
        const { status, given, bytes } = response as unknown as OldResponse;
        const [mimeType, charset] = (given['content-type'] ?? '').split('; charset=');
        try {
          answer({ statusCode: status, headers: given, mimeType, charset, data: await bytes });
        } catch {
          answer({ error: netFailed });
        }
      });
    });
  },
});

// It would take back --no-sandbox, which root needs; windows ask for a sandboxed preload by themselves.
Object.assign(app, { enableSandbox: () => undefined });

/** Tells handlers which frame called. */
export const ipcMain = {
  handle: (
    channel: string,
    listener: (event: IpcMainInvokeEvent, ...args: unknown[]) => unknown,
  ) => {
    oldIpcMain.handle(channel, (event, ...args: unknown[]) => {
      const main = mainFrames.get(event.sender);
      const senderFrame = event.frameId === main?.routing ? main.frame : null;
      return listener(Object.assign(event, { senderFrame }), ...args);
    });
  },
};

export const utilityProcess = {
  fork: (): never => {
    throw new Error('Electron 9 has no utility processes; the library is elsewhere');
  },
};
