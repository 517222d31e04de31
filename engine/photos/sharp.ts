/**
 * The one place where sharp is chosen. In Electron on Linux the stock build and Electron each bring a
 * copy of glib, and the two damage each other (electron/electron#46323, lovell/sharp#4525); there a
 * build that keeps its own to itself takes its place. Elsewhere it is stock sharp.
 */
import type Sharp from 'sharp';

/** @param versions of the process's parts, as in `process.versions` */
export function sharpPackage(
  platform: NodeJS.Platform,
  arch: string,
  versions: Record<string, string | undefined>,
): 'sharp' | '@janhapke/sharp-electron' {
  const inElectron = versions['electron'] !== undefined;
  // It exists for this one architecture; on others a decoder that may die is what protects the rest.
  return inElectron && platform === 'linux' && arch === 'x64'
    ? '@janhapke/sharp-electron'
    : 'sharp';
}

const chosen = (await import(sharpPackage(process.platform, process.arch, process.versions))) as {
  default: typeof Sharp;
};

export default chosen.default;
export type { Metadata, Sharp } from 'sharp';
