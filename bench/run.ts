/**
 * `npm run bench`: all measurements; `npm run bench -- NAME`: one by its name. Each prints a table of
 * ratios from one run on one machine, because absolute times mean little elsewhere.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { programEnvironment, smallYoungSpace } from '../build/run-program.mjs';

interface Bench {
  file: string;
  /** What it measures. */
  what: string;
  /** It asks for arguments, and so is not among all. */
  asks?: true;
}

const benches: Record<string, Bench> = {
  search: {
    file: 'search.ts',
    what: 'exact nearest neighbours, beside NumPy, sqlite-vec, hnswlib',
  },
  clusters: { file: 'clusters.ts', what: 'DBSCAN for every ε, beside scikit-learn' },
  index: { file: 'index.ts', what: 'photos indexed a second, beside decode and embedding alone' },
  'index-long': {
    file: 'index-long.ts',
    what: 'whether memory stays as it is over 20,000 photos; 100,000 unchanged ones',
  },
  scale: { file: 'scale.ts', what: 'what each step costs with ten and a hundred thousand photos' },
  window: { file: 'window.ts', what: 'how the window feels with 100,000 photos' },
  methods: {
    file: 'methods.ts',
    what: 'how well each method finds photos of a kind, in one run',
    asks: true,
  },
  map: { file: 'map.ts', what: 'how trustworthy maps are, beside scikit-learn', asks: true },
  'map-frames': {
    file: 'map-frames.ts',
    what: 'how smooth a large map is in Chromium',
    asks: true,
  },
};

const [name, ...args] = process.argv.slice(2);
const bench = name !== undefined && Object.hasOwn(benches, name) ? benches[name] : undefined;
if (bench) run(bench, args);
else if (name === undefined) {
  for (const [known, each] of Object.entries(benches)) {
    if (each.asks) console.log(`${known} is left out: it asks for arguments.\n`);
    else run(each, []);
  }
} else {
  console.error(`There is no measurement ${name}. There are:`);
  for (const [known, { what }] of Object.entries(benches)) console.error(`  ${known}  ${what}`);
  process.exitCode = 2;
}

function run({ file }: Bench, options: string[]): void {
  const path = fileURLToPath(new URL(file, import.meta.url));
  // As the programs are started.
  const args = [smallYoungSpace, path, ...options];
  const { status } = spawnSync(process.execPath, args, {
    stdio: 'inherit',
    env: programEnvironment(),
  });
  if (status !== 0) process.exitCode = status ?? 1;
}
