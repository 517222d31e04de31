/**
 * Which files are taken for photos, and what their content may be. A file is chosen by the end of
 * its name and then judged by its content alone.
 */

/** Ends of names, lower case, of files that are looked at. */
const photoExtensions = new Set([
  ...['jpg', 'jpeg', 'jpe', 'jfif', 'png', 'webp', 'avif', 'gif', 'tif', 'tiff'],
  // Usually HEVC inside, which cannot be decoded here: better a clear sentence than silence.
  ...['heic', 'heif'],
]);

/** Formats, in sharp's words, that are decoded. SVG and PDF are drawings, not photos. */
export const decodedFormats: ReadonlySet<string> = new Set([
  ...['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif', 'avif'],
]);

/** Whether a file of this name is looked at. Hidden files never are. */
export function hasPhotoName(name: string): boolean {
  const dot = name.lastIndexOf('.');
  return dot > 0 && !name.startsWith('.') && photoExtensions.has(name.slice(dot + 1).toLowerCase());
}

/** Folders that systems and other programs keep for themselves, beside all that begin with a dot. */
const systemFolders = new Set(
  [
    '$recycle.bin',
    'system volume information',
    '@eadir',
    '#recycle',
    '__macosx',
    'lost+found',
  ].concat('node_modules'),
);

export function isHiddenFolder(name: string): boolean {
  return name.startsWith('.') || systemFolders.has(name.toLowerCase());
}
