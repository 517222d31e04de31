/**
 * The events of Electron's `app`, apart from `app` itself, as windows tell some of them and `app`
 * closes windows.
 */
import { EventEmitter } from 'node:events';
import type { App, Event, WebContents } from 'electron';
import { declares, type Declares } from './strict.ts';

interface Events {
  ready: [event: Event, launchInfo: Record<string, unknown>];
  'web-contents-created': [event: Event, contents: WebContents];
  'second-instance': [event: Event, argv: string[], workingDirectory: string, data: unknown];
  'open-file': [event: Event, path: string];
  activate: [event: Event, hasVisibleWindows: boolean];
  'window-all-closed': [];
  'before-quit': [event: Event];
  'will-quit': [event: Event];
  quit: [event: Event, exitCode: number];
}
declares<Declares<App['on'], Omit<Events, 'ready'>>>(true);

/** `last-window-closed` is not Electron's: `app` makes of it what Electron would. */
export const appEvents = new EventEmitter<Events & { 'last-window-closed': [] }>();
