/**
 * Named arrays of float32 numbers in one file: what a trained network, or a run half way, consists of.
 *
 * The format is safetensors (https://github.com/huggingface/safetensors, "Format"): the length of a
 * JSON header as 8 bytes, the header, then the numbers, everything little-endian. It is data only,
 * never code, and other programs read it too. A file is one write, so that there is never half a
 * checkpoint, and its metadata holds the SHA-256 of its numbers: a flipped bit would not fail, it
 * would quietly make every vector wrong.
 */
import { createHash } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { z } from 'zod';
import { LookalikeError, messageOf } from '../errors.ts';

/** `values` has as many numbers as the product of `shape`. */
export interface StoredTensor {
  shape: number[];
  values: Float32Array;
}

export interface TensorsFile {
  /** Words about the arrays. */
  metadata: Record<string, string>;
  tensors: Map<string, StoredTensor>;
}

/** A file that was read or written; the SHA-256 (hexadecimal) is that of its numbers. */
export type CheckedTensors = TensorsFile & { sha256: string };

const lengthBytes = 8;
/** No network here has a header near this; more is damage. */
const mostHeaderBytes = 1_000_000;
/** The name, within the metadata, of the SHA-256 of the numbers. */
const checksum = 'sha256';

const position = z.int().nonnegative();
const header = z.object({ __metadata__: z.record(z.string(), z.string()) }).catchall(
  z.object({
    dtype: z.literal('F32'),
    shape: z.array(position),
    data_offsets: z.tuple([position, position]),
  }),
);

/**
 * Writes the file whole or not at all.
 *
 * @returns the SHA-256 of the numbers, hexadecimal
 * @throws the system's error when the disk refuses
 */
export async function writeTensors(path: string, file: TensorsFile): Promise<string> {
  const hash = createHash('sha256');
  const chunks: Uint8Array[] = [];
  const entries: [string, unknown][] = [];
  let offset = 0;
  for (const [name, { shape, values }] of file.tensors) {
    // Typed arrays are in the machine's byte order: little-endian wherever Node and Electron run.
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    entries.push([
      name,
      { dtype: 'F32', shape, data_offsets: [offset, offset + bytes.byteLength] },
    ]);
    offset += bytes.byteLength;
    hash.update(bytes);
    chunks.push(bytes);
  }
  const sha256 = hash.digest('hex');
  const metadata = { ...file.metadata, [checksum]: sha256 };
  const json = Buffer.from(
    JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }),
  );
  // Spaces at its end make the numbers begin at a multiple of eight.
  const padded = Buffer.concat([json, Buffer.alloc(-json.length & 7, ' ')]);
  const length = Buffer.alloc(lengthBytes);
  length.writeBigUInt64LE(BigInt(padded.length));
  await writeWhole(path, [length, padded, ...chunks]);
  return sha256;
}

/**
 * Writes a file beside `path` and puts it there when all of it is on the disk.
 *
 * @throws the system's error when the disk refuses
 */
export async function writeWhole(path: string, chunks: Iterable<Uint8Array>): Promise<void> {
  const unfinished = `${path}.unfinished`;
  const file = await open(unfinished, 'w');
  try {
    for (const chunk of chunks) await file.writeFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
}

/**
 * Reads a file and checks that it is whole.
 *
 * @throws LookalikeError 'weights-damaged', naming the file, when it is missing, cut or altered
 */
export async function readTensors(path: string): Promise<CheckedTensors> {
  try {
    return decode(await readFile(path));
  } catch (error) {
    throw new LookalikeError(
      'weights-damaged',
      `The file ${path} of a trained network cannot be used (${messageOf(error)}). Train it again.`,
      { cause: error },
    );
  }
}

function decode(content: Buffer): CheckedTensors {
  if (content.length < lengthBytes) throw new Error('it is too short');
  const headerBytes = Number(content.readBigUInt64LE());
  const numbersAt = lengthBytes + headerBytes;
  if (headerBytes > mostHeaderBytes || numbersAt > content.length)
    throw new Error('its header is cut');
  const text = content.toString('utf8', lengthBytes, numbersAt);
  const { __metadata__: metadata, ...entries } = header.parse(JSON.parse(text));
  // Copied, as its numbers must begin at a multiple of four in memory.
  const numbers = Uint8Array.from(content.subarray(numbersAt));
  const sha256 = createHash('sha256').update(numbers).digest('hex');
  if (metadata[checksum] !== sha256) throw new Error('its numbers were altered');
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { shape, data_offsets: offsets }] of Object.entries(entries)) {
    const [start, end] = offsets;
    const length = (end - start) / Float32Array.BYTES_PER_ELEMENT;
    if (end > numbers.length || length !== sizeOf(shape)) throw new Error(`${name} does not fit`);
    tensors.set(name, { shape, values: new Float32Array(numbers.buffer, start, length) });
  }
  return { metadata, tensors, sha256 };
}

/** How many numbers an array of this shape has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
