/**
 * What the system is told while photos are indexed, and what it tells: progress in the task bar, a
 * machine that does not doze off in the middle, and a rest while it sleeps.
 */
import { powerMonitor, powerSaveBlocker, type BrowserWindow } from 'electron';
import type { Indexing } from '../engine/contract.ts';
import { isLookalikeError } from '../engine/errors.ts';
import type { Library } from '../engine/library.ts';

/** Electron's words for a bar that moves without an end in sight, and for none. */
const unknownProgress = 2;
const noProgress = -1;

/** How much of the task bar's progress is filled: 0…1, or one of Electron's two other numbers. */
export function taskBarProgress({ state, found, indexed, unchanged, failed }: Indexing): number {
  if (state === 'idle') return noProgress;
  if (state === 'walking' || found === 0) return unknownProgress;
  return Math.min(1, (indexed + unchanged + failed) / found);
}

/** Follows `library` until it is closed; `window` may come and go. */
export function followActivity(
  library: Library,
  window: () => BrowserWindow | null,
  onLog: (line: string) => void,
): () => void {
  let blocker: number | null = null;
  let pausedForSleep = false;
  let state: Indexing['state'] = 'idle';

  const stopListening = library.on('indexing', (indexing) => {
    state = indexing.state;
    window()?.setProgressBar(taskBarProgress(indexing), {
      mode: state === 'paused' ? 'paused' : 'normal',
    });
    const busy = state === 'walking' || state === 'running';
    if (busy) blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    else if (blocker !== null) {
      powerSaveBlocker.stop(blocker);
      blocker = null;
    }
  });

  function ask(name: 'indexing.pause' | 'indexing.resume'): void {
    library.request(name, {}).catch((error: unknown) => {
      if (!isLookalikeError(error, 'cancelled')) onLog(`${name}: ${String(error)}`);
    });
  }
  // Helpers that are asked something while the machine falls asleep would seem to take hours.
  const onSuspend = (): void => {
    if (state !== 'walking' && state !== 'running') return;
    pausedForSleep = true;
    ask('indexing.pause');
  };
  const onResume = (): void => {
    if (pausedForSleep) ask('indexing.resume');
    pausedForSleep = false;
  };
  powerMonitor.on('suspend', onSuspend);
  powerMonitor.on('resume', onResume);

  return () => {
    stopListening();
    powerMonitor.off('suspend', onSuspend);
    powerMonitor.off('resume', onResume);
    if (blocker !== null) powerSaveBlocker.stop(blocker);
    window()?.setProgressBar(noProgress);
  };
}
