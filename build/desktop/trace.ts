/**
 * Which files of node_modules a package loads when it runs, found by following every `require` and
 * `import` of its code, each to the file that Node itself would take. A package is much more than
 * that: sources, builds for browsers, builds for other systems, tests.
 */
import { createRequire, isBuiltin } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'vite';

/**
 * @param entries files to begin at, absolute
 * @param leaveOut says of a file whether it is never loaded on the system that is packed for
 * @returns absolute paths of the entries and of all files that they load, sorted. What is not
 *   installed is not among them: code asks for other systems' packages, too, and does without.
 */
export async function traceFiles(
  entries: readonly string[],
  leaveOut: (file: string) => boolean,
): Promise<string[]> {
  if (entries.length === 0) return [];
  const found = new Set(entries);
  const follow: Plugin = {
    name: 'follow',
    enforce: 'pre',
    resolveId: {
      order: 'pre',
      handler(source, importer, { kind }) {
        if (importer === undefined) return source;
        const file = resolveAsNode(source, importer, kind === 'require-call');
        if (file === null || leaveOut(file)) return { id: source, external: true };
        found.add(file);
        // What is not JavaScript loads nothing further.
        return { id: file, external: !['.js', '.cjs', '.mjs'].includes(extname(file)) };
      },
    },
  };
  await build({
    configFile: false,
    logLevel: 'error',
    plugins: [follow],
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: true,
      write: false,
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(entries.map((file, index) => [`entry-${index}`, file])),
        treeshake: false,
      },
    },
  });
  return [...found].sort();
}

/** @returns null when the name is of Node itself, or nothing that is installed */
function resolveAsNode(source: string, importer: string, required: boolean): string | null {
  if (isBuiltin(source)) return null;
  try {
    if (required) return createRequire(importer).resolve(source);
    return fileURLToPath(import.meta.resolve(source, pathToFileURL(importer)));
  } catch {
    return null;
  }
}
