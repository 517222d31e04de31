/**
 * Values between the main process and pages, as text: what structured clone takes along crosses, with
 * typed arrays and all; what it does not (functions, symbols, prototypes) does not cross here either.
 * Chromium's debugging protocol, which carries these messages, knows nothing but text.
 */

export interface Codec {
  /** @throws DataCloneError for what cannot be cloned, an Error for what Electron does not send */
  encode(value: unknown): string;
  decode(text: string): unknown;
}

interface Base64 {
  encode: (bytes: Uint8Array) => string;
  decode: (text: string) => Uint8Array;
}

/** For this process. */
export function nodeCodec(): Codec {
  return makeCodec({
    encode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64'),
    decode: (text) => new Uint8Array(Buffer.from(text, 'base64')),
  });
}

/** The same, as an expression for a page, which has no Buffer. */
export function codecInPage(): string {
  return `(${String(makeCodec)})({
    encode: (bytes) => bytes.toBase64(),
    decode: (text) => Uint8Array.fromBase64(text),
  })`;
}

/** Runs in pages too, as text: uses nothing from outside. */
function makeCodec(base64: Base64): Codec {
  /** What JSON has no form for is written as an object with this one key. */
  const mark = '$kind';

  function write(value: unknown): unknown {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (value === undefined) return { [mark]: 'undefined' };
    if (typeof value === 'bigint') return { [mark]: 'bigint', text: String(value) };
    if (typeof value === 'number')
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { [mark]: 'number', text: Object.is(value, -0) ? '-0' : String(value) };
    if (Array.isArray(value)) return value.map(write);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
      const bytes =
        value instanceof ArrayBuffer
          ? new Uint8Array(value)
          : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      return { [mark]: value.constructor.name, base64: base64.encode(bytes) };
    }
    if (value instanceof Date) return { [mark]: 'Date', time: value.getTime() };
    if (value instanceof Map) return { [mark]: 'Map', entries: [...value].map(write) };
    if (value instanceof Set) return { [mark]: 'Set', items: [...value].map(write) };
    if (value instanceof Error)
      return { [mark]: 'Error', name: value.name, message: value.message };
    if (Object.getPrototypeOf(value) !== Object.prototype)
      throw new Error('An object could not be cloned.');
    const entries = Object.entries(value).map(([key, part]) => [key, write(part)]);
    return { [mark]: 'object', entries };
  }

  function read(written: unknown): unknown {
    if (typeof written !== 'object' || written === null) return written;
    if (Array.isArray(written)) return written.map(read);
    const { [mark]: kind, ...parts } = written as Record<string, unknown>;
    switch (kind) {
      case 'undefined':
        return undefined;
      case 'bigint':
        return BigInt(parts['text'] as string);
      case 'number':
        return Number(parts['text']);
      case 'Date':
        return new Date(parts['time'] as number);
      case 'Map':
        return new Map((parts['entries'] as unknown[]).map(read) as [unknown, unknown][]);
      case 'Set':
        return new Set((parts['items'] as unknown[]).map(read));
      case 'Error': {
        const error = new Error(parts['message'] as string);
        if (error.name !== parts['name']) error.name = parts['name'] as string;
        return error;
      }
      case 'object':
        return Object.fromEntries(
          (parts['entries'] as [string, unknown][]).map(([key, part]) => [key, read(part)]),
        );
      default: {
        const { buffer } = base64.decode(parts['base64'] as string);
        if (kind === 'ArrayBuffer') return buffer;
        // One of the typed arrays, by its name; written above from such a one.
        const View = (globalThis as unknown as Record<string, new (of: unknown) => unknown>)[
          kind as string
        ];
        if (View === undefined) throw new Error(`no such kind of value: ${String(kind)}`);
        return new View(buffer);
      }
    }
  }

  return {
    encode: (value) => JSON.stringify(write(structuredClone(value))),
    decode: (text) => read(JSON.parse(text)),
  };
}
