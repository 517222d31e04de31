/** Numbers as blobs, little-endian. Every platform that Node and Electron run on is little-endian. */

type NumberArray = Float32Array | Float64Array | Int32Array | Uint32Array;

export function toBlob(numbers: NumberArray): Buffer {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** A copy, because a blob need not start at a multiple of four. */
export function float32Of(blob: Uint8Array): Float32Array {
  return new Float32Array(blob.slice().buffer);
}

export function uint32Of(blob: Uint8Array): Uint32Array {
  return new Uint32Array(blob.slice().buffer);
}

export function int32Of(blob: Uint8Array): Int32Array {
  return new Int32Array(blob.slice().buffer);
}

export function float64Of(blob: Uint8Array): Float64Array {
  return new Float64Array(blob.slice().buffer);
}
