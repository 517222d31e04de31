/**
 * Electron's `protocol` and `session`: who answers what a page asks for, and what a page may do. The
 * decisions are the program's; `chromium.ts` carries them out.
 */
import type { Protocol, Session, WebContents, WebRequest } from 'electron';
import { record } from './records.ts';
import { strict, type Part } from './strict.ts';

type Answer = Parameters<Protocol['handle']>[1];
type RequestHandler = Parameters<Session['setPermissionRequestHandler']>[0];
type CheckHandler = Parameters<Session['setPermissionCheckHandler']>[0];
type BeforeRequest = Parameters<WebRequest['onBeforeRequest']>[0];

const answers = new Map<string, Answer>();
const privileged = new Set<string>();
let askPermission: RequestHandler = null;
let checkPermission: CheckHandler = null;
let beforeRequest: BeforeRequest = null;

export const protocol = strict('protocol', {
  registerSchemesAsPrivileged: (schemes) => {
    for (const { scheme, privileges } of schemes)
      if (privileges?.standard === true && privileges.secure === true) privileged.add(scheme);
  },
  handle: (scheme, handler) => {
    // Under https a page is standard and secure whether the program asked for it or not.
    if (!privileged.has(scheme))
      throw new Error(`${scheme} is not registered as standard and secure before it is handled`);
    answers.set(scheme, handler);
  },
} satisfies Part<Protocol, 'registerSchemesAsPrivileged' | 'handle'>);

const webRequest = strict('webRequest', {
  onBeforeRequest: (listener: BeforeRequest) => {
    beforeRequest = listener;
  },
});

const defaultSession = strict('session.defaultSession', {
  setPermissionRequestHandler: (handler) => {
    askPermission = handler;
  },
  setPermissionCheckHandler: (handler) => {
    checkPermission = handler;
  },
  setDevicePermissionHandler: () => {
    // Chromium's devices cannot be reached in a headless window.
  },
  on: (name: string) => {
    // Downloads are stopped in any case: see `acceptDownloads` in chromium.ts.
    if (name !== 'will-download') throw new Error(`The stand-in has no session event ${name}`);
  },
  flushStorageData: () => {
    record('session.flushStorageData');
  },
  webRequest,
} satisfies Part<
  Session,
  | 'setPermissionRequestHandler'
  | 'setPermissionCheckHandler'
  | 'setDevicePermissionHandler'
  | 'flushStorageData'
> & { on: unknown; webRequest: unknown });

export const session = strict('session', { defaultSession });

export interface Asked {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer> | null;
  resourceType: string;
}

/** The program's answer to what a page asks for; null for what is not to be loaded. */
export async function answerRequest(asked: Asked): Promise<Response | null> {
  if (await isCancelled(asked)) return null;
  const answer = answers.get(new URL(asked.url).protocol.slice(0, -1));
  if (answer === undefined) return null;
  const { url, method, headers, body } = asked;
  return answer(new Request(url, { method, headers, body }));
}

function isCancelled({ url, method }: Asked): Promise<boolean> {
  return new Promise((resolve) => {
    if (beforeRequest === null) {
      resolve(false);
      return;
    }
    type Details = Parameters<NonNullable<BeforeRequest>>[0];
    const details = strict<Pick<Details, 'url' | 'method'>>('onBeforeRequest details', {
      url,
      method,
    });
    beforeRequest(details as Details, ({ cancel }) => {
      resolve(cancel === true);
    });
  });
}

/** Whether the program lets a page have a permission, both when it is asked for and when looked up. */
export async function isPermitted(contents: WebContents, permission: string): Promise<boolean> {
  // Electron's default is to permit everything.
  const ask = askPermission;
  const asked =
    ask === null ||
    (await new Promise<boolean>((resolve) => {
      type Details = Parameters<typeof ask>[3];
      ask(contents, permission as Parameters<typeof ask>[1], resolve, {} as Details);
    }));
  const checked =
    checkPermission?.(
      contents,
      permission as Parameters<NonNullable<CheckHandler>>[1],
      '',
      {} as Parameters<NonNullable<CheckHandler>>[3],
    ) ?? true;
  // The browser has one setting for both, so a program that wants two cannot be tried here.
  if (asked !== checked)
    throw new Error(`The program's two handlers disagree about the permission ${permission}.`);
  return asked;
}
