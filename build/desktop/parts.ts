/**
 * What the desktop program needs of node_modules when it runs, for one system: the code of its
 * native packages, found by following it, and the binaries beside that code, listed here because
 * code finds them by names that it computes.
 */
import { existsSync, globSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sharpPackage } from '../../engine/photos/sharp.ts';
import { traceFiles } from './trace.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(import.meta.url);

/** The system that is packed for. It is this one, as npm installs binaries for this one only. */
export interface Target {
  platform: NodeJS.Platform;
  arch: string;
}

export type TensorFlow = 'native' | 'wasm';

/** Something that ships, named so that its size can be told. */
export interface Part {
  title: string;
  /** Names of what is required or imported, as the program's own code names it. */
  code: string[];
  /** Names that are imported (by an `import`); the code of one package can differ in the two. */
  imported?: boolean;
  /** Patterns of further files, relative to node_modules; each must match. */
  binaries: string[];
  /** Packages that the code asks for, and that are of no use on this system. */
  leaveOut?: RegExp;
}

/** Whether native TensorFlow was built here; see build/native-tensorflow. */
export function builtTensorFlow(): TensorFlow {
  const binding = '@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node';
  return existsSync(join(root, 'node_modules', binding)) ? 'native' : 'wasm';
}

/** What ships for a system. WebAssembly always does: it is what remains when the native library does not load. */
export function partsFor({ platform, arch }: Target, tensorFlow: TensorFlow): Part[] {
  const system = `${platform}-${arch}`;
  const parts: Part[] = [
    {
      title: 'SQLite',
      code: ['better-sqlite3'],
      imported: true,
      binaries: [`better-sqlite3/prebuilds/${system}.node`],
    },
    {
      title: 'Noticing changes',
      code: ['@parcel/watcher'],
      imported: true,
      binaries: [
        `@parcel/watcher-${system}${platform === 'linux' ? '-glibc' : ''}/{package.json,watcher.node}`,
      ],
    },
    decoding({ platform, arch }),
    {
      title: 'TensorFlow.js, WebAssembly',
      code: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm'],
      // The third, with threads, is for browsers.
      binaries: [
        '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm',
        '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
      ],
    },
  ];
  if (tensorFlow === 'native')
    parts.push(
      {
        title: 'TensorFlow.js, native',
        code: ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node/dist/proto/api_pb.js'],
        binaries: ['@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node'],
      },
      {
        title: 'libtensorflow',
        code: [],
        binaries: ['@tensorflow/tfjs-node/deps/lib/*'],
      },
    );
  return parts;
}

function decoding({ platform, arch }: Target): Part {
  const name = sharpPackage(platform, arch, { electron: 'any' });
  const system = `${platform}-${arch}`;
  const title = 'Decoding (sharp, libvips)';
  if (name === 'sharp')
    return {
      title,
      code: [name],
      imported: true,
      binaries:
        platform === 'win32'
          ? [`@img/sharp-${system}/lib/*.{node,dll}`]
          : [
              `@img/sharp-${system}/lib/*.node`,
              `@img/sharp-libvips-${system}/lib/libvips*`,
              `@img/sharp-libvips-${system}/package.json`,
            ],
    };
  return {
    title,
    code: [name],
    imported: true,
    binaries: [`${name}/linux-x64/sharp/src/build/Release/*`],
    // It would take stock sharp on other systems, and as a last resort.
    leaveOut: /\/(sharp-upstream|@img\/sharp-[^/]+)\//,
  };
}

/**
 * The files of a part.
 * @returns paths relative to node_modules, with '/'
 * @throws Error naming a package or pattern of which nothing is installed
 */
export async function filesOf(part: Part): Promise<string[]> {
  const modules = join(root, 'node_modules');
  const entries = part.code.map((name) =>
    part.imported ? fileURLToPath(import.meta.resolve(name)) : require.resolve(name),
  );
  const code = await traceFiles(entries, (file) => {
    const path = file.replaceAll('\\', '/');
    // A binary is the platform's own, and listed.
    return path.endsWith('.node') || (part.leaveOut?.test(path) ?? false);
  });
  const files = code.map((file) => relative(modules, file).replaceAll('\\', '/'));
  for (const pattern of part.binaries) {
    const found = globSync(pattern, { cwd: modules });
    if (found.length === 0)
      throw new Error(`${pattern} is not in node_modules. Run “npm run setup”, then try again.`);
    files.push(...found.map((file) => file.replaceAll('\\', '/')));
  }
  return [...new Set([...files, ...files.map(packageOf).map((name) => `${name}/package.json`)])];
}

/**
 * The package that a file belongs to, which may be within another one's node_modules.
 * @param file relative to node_modules
 */
export function packageOf(file: string): string {
  let folder = dirname(file);
  // Some packages have a package.json deeper down that only says how files there are to be read.
  while (!/(^|\/node_modules\/)(@[^/]+\/)?[^/@]+$/.test(folder)) folder = dirname(folder);
  return folder;
}
