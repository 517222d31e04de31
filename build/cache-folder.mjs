/**
 * Where things live that can be made again: the user's cache folder. Set-up needs it before any
 * package is installed, hence this copy of the rule of `env-paths`, which the engine uses
 * (`envPaths('lookalike', { suffix: '' }).cache`); a test keeps the two the same.
 */
import { homedir } from 'node:os';
import path from 'node:path';

/**
 * The folder, absolute; it may not exist yet.
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @returns {string}
 */
export function cacheFolder(env = process.env, platform = process.platform) {
  const home = homedir();
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'lookalike');
  if (platform === 'win32')
    return path.join(
      env['LOCALAPPDATA'] || path.join(home, 'AppData', 'Local'),
      'lookalike',
      'Cache',
    );
  return path.join(env['XDG_CACHE_HOME'] || path.join(home, '.cache'), 'lookalike');
}
