/** Electron's `dialog`: a dialog is told to the test, which answers as the person would. */
import type { Dialog, MessageBoxOptions, OpenDialogOptions, SaveDialogOptions } from 'electron';
import { tellTest, type ShownDialog } from './channel-to-test.ts';
import { record } from './records.ts';
import { strict, type Part } from './strict.ts';

const waiting = new Map<number, (answer: never) => void>();
let last = 0;

function show<Answer>(dialog: ShownDialog): Promise<Answer> {
  const id = ++last;
  const answer = new Promise<Answer>((resolve) => {
    waiting.set(id, resolve);
  });
  void tellTest({ kind: 'dialog', id, dialog });
  return answer;
}

export const dialog = strict('dialog', {
  // All take the options, or a window and then the options.
  showOpenDialog: async (...args: unknown[]) => {
    const options = args.at(-1) as OpenDialogOptions;
    const filePaths = await show<string[]>({ of: 'showOpenDialog', options });
    return { canceled: filePaths.length === 0, filePaths };
  },
  showSaveDialog: async (...args: unknown[]) => {
    const options = args.at(-1) as SaveDialogOptions;
    const [filePath = ''] = await show<string[]>({ of: 'showSaveDialog', options });
    return { canceled: filePath === '', filePath };
  },
  showMessageBox: async (...args: unknown[]) => {
    const options = args.at(-1) as MessageBoxOptions;
    const response = await show<number>({ of: 'showMessageBox', options });
    return { response, checkboxChecked: false };
  },
  // Electron's stays until the person has seen it; nobody looks at this one.
  showErrorBox: (title, content) => {
    record('dialog.showErrorBox', title, content);
  },
} satisfies Part<Dialog, 'showOpenDialog' | 'showSaveDialog' | 'showMessageBox' | 'showErrorBox'>);

/** Answers a dialog: with paths, or with the number of a button. */
export function answerDialog(id: number, answer: string[] | number): void {
  const resolve = waiting.get(id);
  if (resolve === undefined) throw new Error(`no dialog ${id} waits for an answer`);
  waiting.delete(id);
  resolve(answer as never);
}
