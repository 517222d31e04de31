/**
 * Faces: finds people. Every face of a photo becomes a vector of its own, so that a photo with three
 * faces can be found by each, and clusters of faces are people. `native-models/faces` says where its
 * networks come from.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createEmbedder } from '../tensorflow/embedder.ts';
import { facesOf, type Face } from '../tensorflow/faces/rows.ts';
import { fingerprint, readFaceModel } from '../tensorflow/faces/weights.ts';
import type { MethodEntry, MethodFacts } from './method.ts';

const dimensions = 128;
/** Width and height, in pixels, of the square that a photo is brought into. */
const side = 1024;
/** Faces narrower than this, in pixels of the photo itself, show too little to be told apart. */
const leastWidth = 20;
/** Differs whenever other faces are found, or other numbers for them, with the same weights. */
const revision = 1;

const facts: MethodFacts = {
  id: 'faces',
  name: 'Faces',
  sentence: 'Finds people: compares the faces in photos, each by itself.',
  needs: 'Looks closely at each photo once: a fifth of a second or more for each.',
  metric: 'cosine',
  trains: false,
  finds: 'faces',
};

export const faces: MethodEntry = {
  facts,
  load: async ({ modelsFolder }) => {
    const model = join(modelsFolder, 'faces');
    const sha256 = fingerprint(await readFaceModel(model));
    return {
      ...facts,
      dimensions,
      // On the reference photos, faces of the same person are .966 to .99 similar, others .81 to .91.
      similarFrom: { score: 0.95, similarity: 0.94 },
      inputSize: side,
      fit: 'contain',
      version: `${sha256.slice(0, 12)}-${revision}`,
      weights: { sha256 },
      createEmbedder: (options) => createEmbedder({ startWorker, ...options, model }),
    };
  },
};

const startWorker = (workerData: unknown): Worker =>
  new Worker(new URL('../tensorflow/faces/worker.ts', import.meta.url), {
    workerData,
    stdout: true,
  });

/**
 * The faces of one photo.
 * @param rows what the embedder gave for it
 * @param photo its width and height in pixels, of which the places are told in shares
 */
export function facesInPhoto(
  rows: Float32Array,
  { width, height }: { width: number; height: number },
): Face[] {
  // The embedder tells them in shares of the square that the photo was brought into.
  const longSide = Math.max(width, height);
  const across = longSide / width;
  const down = longSide / height;
  const found = facesOf(rows, dimensions).map((face) => {
    const x = Math.min(1, face.x * across);
    const y = Math.min(1, face.y * down);
    return {
      ...face,
      ...{ x, y },
      width: Math.min(1 - x, face.width * across),
      height: Math.min(1 - y, face.height * down),
    };
  });
  return found.filter((face) => face.width * width >= leastWidth);
}
