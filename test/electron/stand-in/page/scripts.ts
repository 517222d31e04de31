/**
 * The two scripts that every new document begins with: one in the page's own world, which waits for
 * what the preload script exposes, then one in the world of the preload script.
 */
import { randomUUID } from 'node:crypto';
import { codecInPage } from '../codec.ts';
import { strict } from '../strict.ts';
import { openBridge } from './bridge.ts';
import { makePreloadWorld } from './preload-world.ts';

/** The world of the preload script, by the name that Electron gives it. */
export const preloadWorldName = 'Electron Isolated Context';
/** What is found under these names there. */
export const sendBinding = 'sendToMain';
export const worldVariable = 'preloadWorld';
/** The page's own world tells through this that it would open a window; it is gone before the page begins. */
export const openBinding = 'tellOfWindow';

/** @param preload the text of the bundled preload script */
export function documentScripts(preload: string): { page: string; preloadWorld: string } {
  // The page cannot know under which names the worlds talk.
  const [inPage, inPreload] = [randomUUID(), randomUUID()];
  return {
    page: `(${String(openBridge)})(document, window, '${inPage}', '${inPreload}');
      (${String(denyWindows)})(window, globalThis.${openBinding});
      delete globalThis.${openBinding};`,
    preloadWorld: `globalThis.${worldVariable} = (${String(makePreloadWorld)})({
      codec: ${codecInPage()},
      strict: ${String(strict)},
      send: globalThis.${sendBinding},
      expose: (${String(openBridge)})(document, window, '${inPreload}', '${inPage}'),
      preload: window !== window.top ? null : (require) => {
        const module = { exports: {} };
        ((exports) => { ${preload}
        })(module.exports);
      },
    });`,
  };
}

/**
 * No window opens, as in Electron when its handler denies it. Chromium's own would open before anyone
 * could say no, and stop the page that opened it while debuggers look at the new one.
 */
function denyWindows(
  page: { open: unknown; location: { href: string } },
  tell: (url: string) => void,
): void {
  page.open = (url = '') => {
    tell(new URL(url, page.location.href).href);
    return null;
  };
}
