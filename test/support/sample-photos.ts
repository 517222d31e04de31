/**
 * The project's own sample photos, for tests that need photos of known themes. Drawing them takes
 * about a minute, so they are drawn once per state of the drawing code and kept in the system's
 * temporary folder. Tests copy what they change.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawSamples } from '../../engine/photos/samples/draw.ts';

const drawingCode = fileURLToPath(new URL('../../engine/photos/samples/', import.meta.url));
/** Seven of each of sixteen themes: a photo and more than five lookalikes. */
const count = 112;

/** A folder with a subfolder per theme, as `drawSamples` makes it. Give a test that asks 5 minutes. */
export async function samplePhotos(): Promise<string> {
  const folder = join(tmpdir(), `lookalike-samples-${stateOfDrawingCode()}`);
  if (existsSync(folder)) return folder;
  // It gets its name when it is complete: another test may be drawing the same.
  const unfinished = await mkdtemp(`${folder}-`);
  await drawSamples(unfinished, { count });
  try {
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

function stateOfDrawingCode(): string {
  const hash = createHash('sha256').update(String(count));
  for (const name of readdirSync(drawingCode, { recursive: true, encoding: 'utf8' }).sort())
    if (name.endsWith('.ts')) hash.update(name).update(readFileSync(join(drawingCode, name)));
  return hash.digest('hex').slice(0, 12);
}
