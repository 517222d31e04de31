/** Marks by which packages see that they run in Electron. */
import { createRequire } from 'node:module';

const { version } = createRequire(import.meta.url)('electron/package.json') as { version: string };

export function beElectron(type: 'browser' | 'utility'): void {
  Object.defineProperty(process.versions, 'electron', { value: version, enumerable: true });
  Object.defineProperty(process, 'type', { value: type, enumerable: true });
}
