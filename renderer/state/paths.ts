/** Paths of this machine as text, of whatever system. */

/** The folder and the name of a file. */
export function splitPath(path: string): { folder: string; name: string } {
  // Only paths of Windows are also separated by `\`; elsewhere it may be a letter of a name.
  const windows = /^([A-Za-z]:|\\\\)/.test(path);
  const cut = Math.max(path.lastIndexOf('/'), windows ? path.lastIndexOf('\\') : -1);
  return { folder: path.slice(0, Math.max(0, cut)), name: path.slice(cut + 1) };
}
