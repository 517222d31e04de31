/** The channel to the test that started the program: that of a forked Node process. */
import type { MessageBoxOptions, OpenDialogOptions, SaveDialogOptions } from 'electron';

/** What a test is told without asking. */
export type Told =
  | { kind: 'dialog'; id: number; dialog: ShownDialog }
  /** The program ends now, and asked to be started again with these arguments. */
  | { kind: 'relaunch'; args: string[] };

/** A dialog that waits for the person. */
export type ShownDialog =
  | { of: 'showOpenDialog'; options: OpenDialogOptions }
  | { of: 'showSaveDialog'; options: SaveDialogOptions }
  | { of: 'showMessageBox'; options: MessageBoxOptions };

/** The name of a command, and its parameters; see `control.ts`. */
export interface Asked {
  id: number;
  command: string;
  args: unknown[];
}

export type FromProgram = Told | { kind: 'answer'; id: number; result?: unknown; error?: string };

/** Tells the test, if it is still there. */
export function tellTest(what: FromProgram): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else
      process.send(what, undefined, undefined, () => {
        resolve();
      });
  });
}

/** Answers the test's commands, for as long as it is there; without it the program ends. */
export function answerTest(run: (command: string, args: unknown[]) => unknown): void {
  process.on('message', (message) => {
    const { id, command, args } = message as Asked;
    Promise.resolve()
      .then(() => run(command, args))
      .then(
        (result) => tellTest({ kind: 'answer', id, result }),
        (error: unknown) => tellTest({ kind: 'answer', id, error: String(error) }),
      );
  });
  process.on('disconnect', () => process.exit(1));
}
