/**
 * The desktop program, packed for this system as `npm run package` does, around a stand-in for
 * Electron, and without libtensorflow, which would be copied for seconds. Its archive is laid open,
 * so that Node, which knows no archives, can run what is in it: from a folder above which there is no
 * node_modules, so what is missing in the package is missing.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { extractAll } from '@electron/asar';
import { packDesktop, type Packed } from '../../build/desktop/package.ts';
import { makeElectronDistribution } from './electron-distribution.ts';

export interface PackedProgram extends Packed {
  /** The archive. */
  archive: string;
  /** What is in the archive and beside it, as files: code/, node_modules/, renderer/ … */
  app: string;
}

/**
 * Takes some seconds. Runs on Linux only, as the stand-in is for Linux.
 * @param folder an empty one, outside of the checkout; whoever asks removes it
 */
export async function packProgram(folder: string): Promise<PackedProgram> {
  const electronDist = join(folder, 'electron');
  mkdirSync(electronDist);
  makeElectronDistribution(electronDist);
  const packed = await packDesktop({
    folder: join(folder, 'made'),
    onlyFolder: true,
    electronDist,
    tensorFlow: 'wasm',
  });
  const archive = join(packed.resources, 'app.asar');
  const app = join(folder, 'app');
  extractAll(archive, app);
  return { ...packed, archive, app };
}
