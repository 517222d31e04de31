/**
 * What no page may do, whatever is in it: leave the interface, open windows, use cameras, places or
 * notifications, load anything from elsewhere. SECURITY.md goes through Electron's checklist.
 */
import { app, dialog, session, shell } from 'electron';
import { ORIGIN } from './pages.ts';

/** Holds for every page of the program, those to come included. Call it once Electron is ready. */
export function guardPages(onLog: (line: string) => void): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => {
      if (isOurs(event.url)) return;
      event.preventDefault();
      onLog(`a page was kept from going to ${event.url}`);
    });
    contents.on('will-redirect', (event) => {
      if (!isOurs(event.url)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => {
      event.preventDefault();
    });
    contents.setWindowOpenHandler(({ url }) => {
      openOutside(url, onLog).catch((error: unknown) => {
        onLog(`${url} could not be opened: ${String(error)}`);
      });
      return { action: 'deny' };
    });
  });

  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((_contents, permission, decide) => {
    decide(allowed.has(permission));
  });
  defaultSession.setPermissionCheckHandler((_contents, permission) => allowed.has(permission));
  defaultSession.setDevicePermissionHandler(() => false);
  // Nothing is ever downloaded: exports are written by the library.
  defaultSession.on('will-download', (event) => {
    event.preventDefault();
  });
  // Whatever the page may ask for, only our own protocol answers.
  defaultSession.webRequest.onBeforeRequest((details, decide) => {
    decide({ cancel: !/^(lookalike|devtools|blob|data):/.test(details.url) });
  });
}

/** What a page may do: put text into the clipboard, as when a path is copied. */
const allowed = new Set<string>(['clipboard-sanitized-write']);

function isOurs(url: string): boolean {
  return url.startsWith(`${ORIGIN}/`);
}

/**
 * Opens an https address in the person's own browser, once they have said so; everything else is
 * ignored.
 */
async function openOutside(url: string, onLog: (line: string) => void): Promise<void> {
  const address = URL.parse(url);
  if (address?.protocol !== 'https:') {
    onLog(`a page was kept from opening ${url}`);
    return;
  }
  const { response } = await dialog.showMessageBox({
    type: 'question',
    title: 'Lookalike',
    message: `Open ${address.hostname} in your browser?`,
    detail: address.href,
    buttons: ['Open', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  });
  if (response === 0) await shell.openExternal(address.href);
}
