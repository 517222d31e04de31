/**
 * Pixels by fewer numbers: the same distances as those of `pixels`, nearly, from the few numbers by which
 * the photos of the library differ most (their principal components). So it takes a small part of the
 * room, and small differences that are noise do not count.
 */
import { setImmediate } from 'node:timers/promises';
import { usualDimensions } from '../training-limits.ts';
import { LookalikeError } from '../errors.ts';
import { along, hasComponents, readComponents, rowsAt } from '../tensorflow/components.ts';
import { componentsSide } from '../training/principal-components.ts';
import type { Embedder, MethodEntry, MethodFacts } from './method.ts';
import { pixelScale } from './pixels.ts';

const facts: MethodFacts = {
  id: 'pixels-pca',
  name: 'Pixels, by fewer numbers',
  sentence:
    'Compares photos as Pixels does, by the few numbers in which yours differ most (principal components).',
  needs: `Has to be trained on the library first: seconds for 500 photos. ${usualDimensions} numbers take 256 bytes a photo.`,
  metric: 'euclidean',
  trains: true,
  finds: 'photos',
};

/**
 * Chosen on `photos/objects` with 64 numbers as for ImageNet features: one in ten of those that come
 * first when the query's kind is not in the library passes. (For 16 numbers it would be .92, for 256 as
 * for Pixels .86: what is left out makes photos more alike.)
 */
const similarFrom = { score: 0.89, similarity: 0.89 };

export const pixelsPca: MethodEntry = {
  facts,
  training: { kind: 'pixels-pca', side: componentsSide, choosesDimensions: true },
  load: async ({ trainedFolder }) => {
    if (!hasComponents(trainedFolder))
      throw new LookalikeError(
        'method-untrained',
        `${facts.name} has to be trained on your photos before it is used.`,
      );
    const components = await readComponents(trainedFolder);
    const { dimensions, sha256 } = components;
    // Distances as those of pixels, 0…1; see `pixelRows`.
    const scale = pixelScale(componentsSide);
    const embedder: Embedder = {
      backend: null,
      reason: null,
      embed: async (bytes) => {
        // About 0.2 ms a photo, on the host's own thread: others have their turn between batches.
        await setImmediate();
        return Float32Array.from(along(components, bytes), (place) => place * scale);
      },
      reconstruct: (bytes) =>
        Promise.resolve(Uint8ClampedArray.from(rowsAt(components, along(components, bytes)))),
      close: () => Promise.resolve(),
    };
    return {
      ...facts,
      dimensions,
      similarFrom,
      inputSize: componentsSide,
      fit: 'fill',
      version: sha256.slice(0, 12),
      weights: { sha256 },
      createEmbedder: () => Promise.resolve(embedder),
    };
  },
};
