/**
 * Loaded before the program (`node --import`): whoever imports 'electron' gets the stand-in, and the
 * process looks like Electron's main process.
 */
import { registerHooks } from 'node:module';
import { becomeReadySoon } from './app.ts';
import { beElectron } from './be-electron.ts';
import { obeyTest } from './control.ts';

const standIn = new URL('./electron.ts', import.meta.url).href;

beElectron('browser');
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context),
});
obeyTest();
becomeReadySoon();
