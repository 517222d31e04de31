/**
 * How trustworthy maps are and how long they take, beside scikit-learn's t-SNE on the same vectors:
 * `npm run bench -- map FILE --dimensions N`, where the file holds rows of float32. scikit-learn is
 * asked where `python3` has it (PYTHONPATH counts).
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { findMap } from '../engine/map/find-map.ts';
import { mapRequest } from '../engine/map-settings.ts';
import { aligned } from '../cli/columns.ts';

interface Line {
  name: string;
  trustworthiness: number | null;
  seconds: number;
}

const scikitLearn = `
import sys, time
import numpy as np
from sklearn.manifold import TSNE, trustworthiness
x = np.fromfile(sys.argv[1], dtype='<f4').reshape(-1, int(sys.argv[2]))
start = time.time()
y = TSNE(random_state=0, n_jobs=1).fit_transform(x)
print(time.time() - start, trustworthiness(x, y, n_neighbors=5))
`;

async function measured(algorithm: 't-sne' | 'umap', file: string, wide: number): Promise<Line> {
  const bytes = readFileSync(file);
  const rows = new Float32Array(new Uint8Array(bytes).buffer);
  const points = { rows, size: rows.length / wide, dimensions: wide };
  const settings = mapRequest.parse({ algorithm });
  const start = performance.now();
  const calm = { pause: () => Promise.resolve(), onProgress: () => undefined };
  const { trustworthiness } = await findMap(points, settings, calm);
  return { name: algorithm, trustworthiness, seconds: (performance.now() - start) / 1000 };
}

function ofScikitLearn(file: string, wide: number): Line[] {
  const { status, stdout } = spawnSync('python3', ['-c', scikitLearn, file, String(wide)], {
    encoding: 'utf8',
  });
  if (status !== 0) return [];
  const [seconds = NaN, trustworthiness = NaN] = stdout.trim().split(' ').map(Number);
  return [{ name: 'scikit-learn', trustworthiness, seconds }];
}

await new Command('map')
  .argument('<file>')
  .requiredOption('--dimensions <number>', 'numbers of a row', Number)
  .action(async (file: string, { dimensions }: { dimensions: number }) => {
    const lines = [
      await measured('t-sne', file, dimensions),
      await measured('umap', file, dimensions),
      ...ofScikitLearn(file, dimensions),
    ];
    const rows = lines.map(({ name, trustworthiness, seconds }) => [
      name,
      trustworthiness?.toFixed(4) ?? '–',
      `${seconds.toFixed(1)} s`,
    ]);
    console.log(aligned([['', 'trustworthiness', 'one core'], ...rows]).join('\n'));
  })
  .parseAsync();
