/**
 * Opens the library when the program starts. When that is impossible, the person is told why and
 * what can be done about it: another library, a new one in its place, or leaving.
 */
import { dialog } from 'electron';
import type { ErrorCode, ErrorData } from '../engine/errors.ts';
import { toErrorData } from '../engine/errors.ts';
import {
  keepLibraryAside,
  openLibrary,
  type Library,
  type LibraryOptions,
} from '../engine/library.ts';

type Way = 'again' | 'another' | 'aside' | 'quit';

const labels: Record<Way, string> = {
  again: 'Try again',
  another: 'Choose another library…',
  aside: 'Keep it aside and begin a new one',
  quit: 'Quit',
};

const titles: Partial<Record<ErrorCode, string>> = {
  'library-in-use': 'This library is already open',
  'library-newer': 'This library was written by a newer Lookalike',
  'library-damaged': 'This library is damaged',
  'library-access': 'This library cannot be opened',
  'disk-full': 'The disk is full',
};

/** What can be done about an error at the start, the best first. */
export function waysOut({ code }: ErrorData): Way[] {
  switch (code) {
    case 'library-in-use':
    case 'library-access':
    case 'disk-full':
      return ['again', 'another', 'quit'];
    case 'library-newer':
    case 'library-damaged':
      return ['another', 'aside', 'quit'];
    default:
      return ['again', 'quit'];
  }
}

/**
 * Opens the library in `options.folder`, or the one that the person chooses instead.
 * @returns null when they chose to quit
 */
export async function openAtStart(options: LibraryOptions): Promise<Library | null> {
  let { folder } = options;
  let whenDamaged: LibraryOptions['whenDamaged'] = 'refuse';
  for (;;) {
    try {
      return await openLibrary({ ...options, folder, whenDamaged });
    } catch (thrown) {
      const error = toErrorData(thrown);
      options.onLog?.(`the library ${folder} cannot be opened: ${error.message}`);
      switch (await askWay(error)) {
        case 'again':
          break;
        case 'another':
          folder = (await chooseLibrary(folder)) ?? folder;
          whenDamaged = 'refuse';
          break;
        case 'aside':
          // A damaged one is kept aside as it is opened, and a notice in the window says where.
          if (error.code === 'library-damaged') whenDamaged = 'keep-aside';
          else await keepAside(folder);
          break;
        case 'quit':
          return null;
      }
    }
  }
}

async function askWay(error: ErrorData): Promise<Way> {
  const ways = waysOut(error);
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    title: 'Lookalike',
    message: titles[error.code] ?? 'Lookalike cannot start',
    detail: error.message,
    buttons: ways.map((way) => labels[way]),
    defaultId: 0,
    cancelId: ways.length - 1,
    noLink: true,
  });
  return ways[response] ?? 'quit';
}

async function chooseLibrary(current: string): Promise<string | null> {
  const { filePaths } = await dialog.showOpenDialog({
    title: 'Choose a library, or an empty folder for a new one',
    defaultPath: current,
    properties: ['openDirectory', 'createDirectory'],
  });
  return filePaths[0] ?? null;
}

async function keepAside(folder: string): Promise<void> {
  try {
    const kept = keepLibraryAside(folder);
    await dialog.showMessageBox({
      type: 'info',
      title: 'Lookalike',
      message: 'The library is kept, and a new one begins',
      detail: `It is kept as ${kept}. Your photos are untouched; add their folders again.`,
    });
  } catch (error) {
    dialog.showErrorBox('The library could not be kept aside', toErrorData(error).message);
  }
}
