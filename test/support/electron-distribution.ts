/**
 * A stand-in for the folder in which Electron is downloaded, for tests of packing: the files that
 * packing looks at, and a program that cannot be started, but has Electron's fuses in it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import electron from 'electron/package.json' with { type: 'json' };

/** What stands before the fuses in Electron's binary; see electron/docs, "Electron Fuses". */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** The fuses as Electron comes: version 1, nine of them, each '0' (off) or '1' (on). */
const fuses = Buffer.concat([Buffer.from([1, 9]), Buffer.from('101100011')]);

/**
 * @param folder where it is made, for Linux
 * @param version which Electron it says it is
 */
export function makeElectronDistribution(folder: string, version = electron.version): void {
  const put = (name: string, content: string | Buffer, mode = 0o644): void => {
    const file = join(folder, name);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, content, { mode });
  };
  const filling = Buffer.alloc(1000, 'program');
  put('electron', Buffer.concat([filling, Buffer.from(sentinel), fuses, filling]), 0o755);
  put('version', version);
  put('LICENSE', 'Licence of Electron');
  put('LICENSES.chromium.html', 'Licences of Chromium');
  put('locales/en-US.pak', 'words');
  put('locales/de.pak', 'Wörter');
  put('resources/default_app.asar', 'what Electron shows without a program');
}
