/**
 * Entry of the decoder process: reads files and decodes them. A file that crashes or hangs the
 * decoder ends this process and nothing else.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { LookalikeError, messageOf, systemCode } from '../errors.ts';
import { serve } from '../processes/serve.ts';
import {
  decodePhoto,
  decodePixels,
  decodeViews,
  encodePixels,
  renderPhoto,
  type DecodedPhoto,
  type Fit,
  type View,
} from './decode.ts';

/** A file on disk, or bytes that the person handed in. */
export type Source = { path: string } | { bytes: Uint8Array };

export interface Decoded extends DecodedPhoto {
  /** Of the file's content, lower-case hexadecimal. */
  sha256: string;
}

/** What the decoder process can be asked. */
export interface DecoderRequests {
  decode: { params: { source: Source; side: number; fit: Fit }; result: Decoded };
  pixels: { params: { source: Source; side: number; fit: Fit }; result: Uint8Array };
  views: { params: { source: Source; side: number; views: View[] }; result: Uint8Array };
  encode: { params: { pixels: Uint8Array; side: number }; result: Uint8Array };
  render: { params: { source: Source; longSide: number }; result: Uint8Array };
  identify: { params: { source: Source }; result: string };
}

serve({
  decode: async ({ source, side, fit }: DecoderRequests['decode']['params']): Promise<Decoded> => {
    const content = await read(source);
    return { sha256: hash(content), ...(await decodePhoto(content, side, fit)) };
  },
  pixels: async ({ source, side, fit }: DecoderRequests['pixels']['params']): Promise<Uint8Array> =>
    decodePixels(await read(source), side, fit),
  views: async ({ source, side, views }: DecoderRequests['views']['params']): Promise<Uint8Array> =>
    decodeViews(await read(source), side, views),
  encode: ({ pixels, side }: DecoderRequests['encode']['params']): Promise<Uint8Array> =>
    encodePixels(pixels, side),
  render: async ({ source, longSide }: DecoderRequests['render']['params']): Promise<Uint8Array> =>
    renderPhoto(await read(source), longSide),
  identify: async ({ source }: DecoderRequests['identify']['params']): Promise<string> =>
    hash(await read(source)),
} satisfies {
  [Name in keyof DecoderRequests]: (
    params: DecoderRequests[Name]['params'],
  ) => Promise<DecoderRequests[Name]['result']>;
});

function hash(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

async function read(source: Source): Promise<Uint8Array> {
  if ('bytes' in source) return source.bytes;
  try {
    // Pipes and devices have names too, but may never come to an end.
    if (!(await stat(source.path)).isFile()) throw new Error('it is not a file');
    return await readFile(source.path);
  } catch (error) {
    if (systemCode(error) === 'ERR_FS_FILE_TOO_LARGE')
      throw new LookalikeError('photo-too-large', 'The file is larger than 2 GB.', {
        cause: error,
      });
    throw new LookalikeError(
      'photo-access',
      systemCode(error) === 'EACCES'
        ? 'The file may not be read. Allow reading it, then index again.'
        : `The file could not be read from the disk (${messageOf(error)}).`,
      { cause: error },
    );
  }
}
