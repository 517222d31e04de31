/** The host's handle on the process that draws the sample photos. */
import { ChildProcess, type Fork } from '../processes/child.ts';

/** The library is told about this often that there are more pictures. */
const tellEveryMs = 1500;

export interface SampleFolder {
  /** Starts drawing what is missing in the folder, in the background. */
  draw(): void;
  close(): void;
}

/** @param onDrawn called now and then while pictures are added, and once at the end */
export function sampleFolder(
  folder: string,
  onDrawn: () => void,
  options: { fork?: Fork; onLog?: (line: string) => void },
): SampleFolder {
  let toldAt = 0;
  let drawing = false;
  const child = new ChildProcess({
    name: 'samples',
    entry: new URL('./samples/process.ts', import.meta.url),
    ...options,
    onEvent: () => {
      if (performance.now() - toldAt < tellEveryMs) return;
      toldAt = performance.now();
      onDrawn();
    },
  });
  return {
    draw: () => {
      if (drawing) return;
      drawing = true;
      child
        .call('draw', { folder })
        .catch((error: unknown) => options.onLog?.(`samples: ${String(error)}`))
        .finally(() => {
          drawing = false;
          onDrawn();
        });
    },
    close: () => {
      child.close();
    },
  };
}
