/**
 * Which files of node_modules a package loads when it runs, found by following every `require` and
 * `import` of its code, each to the file that Node itself would take. A package is much more than
 * that: sources, builds for browsers, builds for other systems, tests.
 */
import { createRequire, isBuiltin } from 'node:module';
import { extname, isAbsolute, normalize } from 'node:path';
import { build, type Plugin } from 'vite';

/** By what Node chooses among the builds of a package, beside `import` and `require`. */
const conditions = ['node', 'node-addons'];

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
  const found = new Set(entries);
  const code = entries.filter(isCode);
  if (code.length === 0) return [...found].sort();
  const follow: Plugin = {
    name: 'follow',
    enforce: 'pre',
    resolveId: {
      order: 'pre',
      async handler(source, importer, { kind }) {
        if (importer === undefined) return source;
        const file =
          kind === 'require-call'
            ? resolveRequired(source, importer)
            : // Node tells what an import leads to from its own place only.
              ((await this.resolve(source, importer, { skipSelf: true }))?.id ?? null);
        if (file === null || !isAbsolute(file) || leaveOut(file))
          return { id: source, external: true };
        found.add(normalize(file));
        return { id: file, external: !isCode(file) };
      },
    },
  };
  await build({
    configFile: false,
    logLevel: 'error',
    plugins: [follow],
    ssr: { noExternal: true, target: 'node', resolve: { conditions, mainFields: ['main'] } },
    build: {
      ssr: true,
      write: false,
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(code.map((file, index) => [`entry-${index}`, file])),
        treeshake: false,
      },
    },
  });
  return [...found].sort();
}

/** Whether a file can load others; what is not JavaScript loads nothing further. */
function isCode(file: string): boolean {
  return ['.js', '.cjs', '.mjs'].includes(extname(file));
}

/** @returns null when the name is of Node itself, or nothing that is installed */
function resolveRequired(source: string, importer: string): string | null {
  if (isBuiltin(source)) return null;
  try {
    return createRequire(importer).resolve(source);
  } catch {
    return null;
  }
}
