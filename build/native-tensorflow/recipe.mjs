/**
 * What native TensorFlow is made of here, and where it can be made.
 *
 * @tensorflow/tfjs-node would download libtensorflow and a compiled binding, but the place it
 * downloads from no longer answers. So the library comes out of TensorFlow's Python package, which
 * holds the same C interface, and the binding is compiled from the package's own sources.
 */

/**
 * Raise `version` when the way of building changes: what was built another way is then not used.
 * `wheel.tags` make pip choose the same file under any Python.
 */
export const recipe = {
  version: 1,
  tensorflow: '2.15.1',
  tfjsNode: '4.22.0',
  wheel: {
    bytes: 207_208_420,
    sha256: '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
    tags: [
      '--python-version=3.11',
      '--implementation=cp',
      '--abi=cp311',
      '--platform=manylinux_2_17_x86_64',
    ],
  },
  /** The libraries, as the wheel's tensorflow/ folder has them. */
  libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
  /** Of 9,899 header files, those that the binding includes begin with these. */
  headers: [
    'tensorflow/c/',
    'tensorflow/core/platform/ctstring',
    'tsl/c/',
    'tsl/platform/ctstring',
  ],
};

/**
 * The name of the folder that keeps what was built; it changes whenever something else is to be
 * built.
 * @param {typeof recipe} of
 */
export function buildName({ version, tensorflow, tfjsNode }) {
  return `${tensorflow}-tfjs-${tfjsNode}-recipe-${version}-linux-x64`;
}

/**
 * Why native TensorFlow cannot be had on this platform, or undefined when it can.
 * @param {string} platform as in process.platform
 * @param {string} arch as in process.arch
 * @returns {string | undefined}
 */
export function platformProblem(platform = process.platform, arch = process.arch) {
  if (platform === 'linux' && arch === 'x64') return undefined;
  return `it is built on Linux with x64 processors only (this is ${platform} with ${arch})`;
}
