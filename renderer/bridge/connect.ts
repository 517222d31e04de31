/**
 * Finds out where this page is shown. In a window of the desktop program its preload script offers
 * `window.lookalike`; everywhere else the page came from the web host.
 */
import type { DesktopBridge } from '../../engine/contract.ts';
import { DesktopHost } from './desktop.ts';
import type { Host } from './host.ts';
import { WebHost } from './http.ts';

declare global {
  interface Window {
    lookalike?: DesktopBridge;
  }
}

/** The host this page runs in. */
export function connectToHost(): Host {
  const bridge = window.lookalike;
  return bridge === undefined ? new WebHost(window.location) : new DesktopHost(bridge);
}
