/**
 * Entry of a decoder process that decodes photos, but goes astray over content that says so: `crash`
 * ends the process, `loop` never gives it back to others, `sleep` never answers.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { decodePhoto, renderPhoto } from '../../engine/photos/decode.ts';
// `import type`, as this import must not load the real entry: it would answer as well.
import type { DecoderRequests, Source } from '../../engine/photos/decoder-process.ts';
import { serve } from '../../engine/processes/serve.ts';

async function read(source: Source): Promise<Uint8Array> {
  const content = 'bytes' in source ? source.bytes : await readFile(source.path);
  switch (Buffer.from(content.subarray(0, 5)).toString()) {
    case 'crash':
      process.kill(process.pid, 'SIGKILL');
      break;
    case 'loop!':
      for (;;);
    case 'sleep':
      await new Promise(() => undefined);
  }
  return content;
}

serve({
  decode: async ({ source, side }: DecoderRequests['decode']['params']) => {
    const content = await read(source);
    const sha256 = createHash('sha256').update(content).digest('hex');
    return { sha256, ...(await decodePhoto(content, side)) };
  },
  render: async ({ source, longSide }: DecoderRequests['render']['params']) =>
    renderPhoto(await read(source), longSide),
  /** The most memory that this process ever held, in MB. */
  peakMemory: () => process.resourceUsage().maxRSS / 1024,
});
