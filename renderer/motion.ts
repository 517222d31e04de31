/**
 * The one motion of the interface: a photo that is clicked travels to where it stands next, so that
 * one sees where it went. Nothing moves where the system asks for less motion.
 *
 * Uses the View Transition API; names are given through the DOM, as the page's security policy
 * forbids styles in markup.
 */
import { flushSync } from 'svelte';

let running: ViewTransition | null = null;

/**
 * Changes the page by `change`; the picture `from` becomes the picture that `to` finds afterwards.
 * Without one of them, the change is simply made.
 */
export function carry(
  from: HTMLElement | null,
  to: () => HTMLElement | null,
  change: () => void,
): void {
  running?.skipTransition();
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  if (from === null || still || !('startViewTransition' in document)) {
    flushSync(change);
    return;
  }
  name(from, 'photo');
  let arrived = true;
  const transition = document.startViewTransition(() => {
    flushSync(change);
    name(from, '');
    const target = to();
    name(target, 'photo');
    if (target === null) arrived = false;
  });
  running = transition;
  // What has no place to travel to would fade where it was, as a ghost.
  void transition.updateCallbackDone.then(() => {
    if (!arrived) transition.skipTransition();
  });
  // A transition that is skipped rejects `ready`; the page has changed all the same.
  transition.ready.catch(() => undefined);
  void transition.finished.finally(() => {
    name(to(), '');
    if (running === transition) running = null;
  });
}

function name(element: HTMLElement | null, value: string): void {
  element?.style.setProperty('view-transition-name', value);
}
