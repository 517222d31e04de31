/** The host's handle on the process that draws the sample photos. */
import { ChildProcess, type Fork } from '../processes/child.ts';

/** The library is told about this often that there are more pictures. */
const tellEveryMs = 1500;

/** How many pictures are there, and in all. */
export interface Drawing {
  done: number;
  total: number;
}

export interface SampleFolder {
  /** What is being drawn, or null. */
  readonly drawing: Drawing | null;
  /** Starts drawing what is missing in the folder, in the background. */
  draw(): void;
  close(): void;
}

export interface SampleFolderOptions {
  /** Called now and then while pictures are added, and once at the end. */
  onDrawn: () => void;
  onDrawing: (drawing: Drawing | null) => void;
  fork?: Fork;
  onLog?: (line: string) => void;
}

export function sampleFolder(folder: string, options: SampleFolderOptions): SampleFolder {
  const { onDrawn, onDrawing, fork, onLog } = options;
  let toldAt = 0;
  let drawing: Drawing | null = null;
  const set = (now: Drawing | null): void => {
    drawing = now;
    onDrawing(now);
  };
  const child = new ChildProcess({
    name: 'samples',
    entry: new URL('./samples/process.ts', import.meta.url),
    ...(fork && { fork }),
    ...(onLog && { onLog }),
    onEvent: (_name, data) => {
      // The process has one event: how far it is.
      set(data as Drawing);
      if (performance.now() - toldAt < tellEveryMs) return;
      toldAt = performance.now();
      onDrawn();
    },
  });
  return {
    get drawing() {
      return drawing;
    },
    draw: () => {
      if (drawing) return;
      set({ done: 0, total: 0 });
      child
        .call('draw', { folder })
        .catch((error: unknown) => onLog?.(`samples: ${String(error)}`))
        .finally(() => {
          set(null);
          onDrawn();
        });
    },
    close: () => {
      child.close();
    },
  };
}
