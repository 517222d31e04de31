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
  /** What is imported of it: a package can have another build for that. */
  imports?: string[];
  /** What is required of it, by the program, or by code that the program imports. */
  requires?: string[];
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
      imports: ['better-sqlite3'],
      binaries: [`better-sqlite3/prebuilds/${system}.node`],
    },
    {
      title: 'Noticing changes',
      imports: ['@parcel/watcher'],
      binaries: [
        `@parcel/watcher-${system}${platform === 'linux' ? '-glibc' : ''}/{package.json,watcher.node}`,
      ],
    },
    decoding({ platform, arch }),
    {
      title: "People's own models",
      requires: ['@tensorflow/tfjs-converter', '@tensorflow/tfjs-layers'],
      binaries: [],
    },
    {
      title: 'TensorFlow.js, WebAssembly',
      requires: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm'],
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
        requires: ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node/dist/proto/api_pb.js'],
        binaries: ['@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node'],
      },
      {
        title: 'libtensorflow',
        binaries: ['@tensorflow/tfjs-node/deps/lib/*'],
      },
    );
  return parts;
}

function decoding(target: Target): Part {
  const { platform, arch } = target;
  const name = sharpPackage(platform, arch, { electron: 'any' });
  if (name === 'sharp') return stockSharp(target);
  return {
    title: 'Decoding (sharp, libvips)',
    imports: [name],
    binaries: [`${name}/linux-x64/sharp/src/build/Release/*`],
    // It would take stock sharp on other systems, and as a last resort.
    leaveOut: /\/(sharp-upstream|@img\/sharp-[^/]+)\//,
  };
}

/** sharp as it is, where nothing speaks against that. */
export function stockSharp({ platform, arch }: Target): Part {
  const system = `${platform}-${arch}`;
  return {
    title: 'Decoding (sharp, libvips)',
    imports: ['sharp'],
    // It asks for this with a `require` of its own making, which is not seen when code is followed.
    requires: [`@img/sharp-${system}/sharp.node`],
    binaries:
      platform === 'win32'
        ? [`@img/sharp-${system}/lib/*.{node,dll}`]
        : [
            `@img/sharp-${system}/lib/*.node`,
            `@img/sharp-libvips-${system}/lib/libvips*`,
            `@img/sharp-libvips-${system}/package.json`,
          ],
  };
}

/**
 * The files of a part.
 * @returns paths relative to node_modules, with '/'
 * @throws Error naming a package or pattern of which nothing is installed
 */
export async function filesOf(part: Part): Promise<string[]> {
  const modules = join(root, 'node_modules');
  const entries = [
    ...(part.imports ?? []).map((name) =>
      installed(name, () => fileURLToPath(import.meta.resolve(name))),
    ),
    ...(part.requires ?? []).map((name) => installed(name, () => require.resolve(name))),
  ];
  const code = await traceFiles(entries, (file) => {
    const path = file.replaceAll('\\', '/');
    // A binary is the platform's own, and listed.
    return path.endsWith('.node') || (part.leaveOut?.test(path) ?? false);
  });
  const files = code.map((file) => relative(modules, file).replaceAll('\\', '/'));
  for (const pattern of part.binaries) {
    const found = globSync(pattern, { cwd: modules });
    if (found.length === 0) throw notInstalled(pattern);
    files.push(...found.map((file) => file.replaceAll('\\', '/')));
  }
  return [...new Set([...files, ...files.map(packageOf).map((name) => `${name}/package.json`)])];
}

function installed(name: string, find: () => string): string {
  try {
    return find();
  } catch (error) {
    throw notInstalled(name, error);
  }
}

function notInstalled(name: string, cause?: unknown): Error {
  return new Error(`${name} is not in node_modules. Run “npm run setup”, then try again.`, {
    cause,
  });
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
