/**
 * Opens a dialog over the page when it appears, and gives the focus back when it goes: to be attached
 * to a <dialog>. The focus begins at the element marked `data-first`, else at the dialog as a whole
 * (the browser would take its first button, which is Close).
 */
export function modal(dialog: HTMLDialogElement): () => void {
  const before = document.activeElement;
  dialog.showModal();
  (dialog.querySelector<HTMLElement>('[data-first]') ?? dialog).focus();
  return () => {
    dialog.close();
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  };
}
