/**
 * `npm run bench -- NAME`: one measurement by its name. Each prints a table of ratios from one run on
 * one machine, because absolute times mean little elsewhere.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Every measurement: its file, and what it measures. */
const benches: Record<string, { file: string; what: string }> = {
  index: { file: 'index.ts', what: 'photos indexed a second, beside decode and embedding alone' },
  search: {
    file: 'search.ts',
    what: 'exact nearest neighbours, beside NumPy, sqlite-vec, hnswlib',
  },
  clusters: { file: 'clusters.ts', what: 'DBSCAN for every ε, beside scikit-learn' },
  map: { file: 'map.ts', what: 'how trustworthy maps are, beside scikit-learn' },
};

const [name = '', ...args] = process.argv.slice(2);
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (bench) {
  const file = fileURLToPath(new URL(bench.file, import.meta.url));
  const { status } = spawnSync(process.execPath, [file, ...args], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} else {
  console.error(name ? `There is no measurement ${name}.` : 'Name a measurement.');
  for (const [known, { what }] of Object.entries(benches)) console.error(`  ${known}  ${what}`);
  process.exitCode = 2;
}
