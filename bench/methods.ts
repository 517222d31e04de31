/**
 * `npm run bench -- methods OBJECTS FACES`: every method in one run, on photos whose kinds (or people) are
 * the sub-folders they lie in. A fifth of each kind are the queries, searched among the rest; methods that
 * learn from labels learn from those other four fifths only. `attributes` learns one attribute for each
 * kind. `faces` is asked about people: each photo in turn, among all others.
 *
 * The table of methods in the README comes from what is kept of this.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import { aligned } from '../cli/columns.ts';
import { heldOut } from '../engine/evaluation/split.ts';
import { openLibrary, type Library } from '../engine/library.ts';
import { setting, settingLine } from './measuring.ts';
import { cellsOf, type MethodsReport } from './methods-table.ts';
import { keepReport } from './report.ts';

const seed = 1;
const k = 5;
const faces = 'faces';

await new Command('methods')
  .argument('<objects>', 'a folder with one sub-folder per kind')
  .argument('<faces>', 'a folder with one sub-folder per person')
  .action(async (objects: string, people: string) => {
    const report: MethodsReport = {
      subject: 'methods',
      setting: setting(seed),
      k,
      ...(await inLibrary(resolve(objects), measureObjects)),
      faces: await inLibrary(resolve(people), measureFaces),
    };
    keepReport(report);
    console.log(settingLine(report.setting));
    const rows = [...report.methods, report.faces.method].map((method) => [
      method.id,
      ...cellsOf(method),
    ]);
    console.log(aligned([['', 'numbers', 'P@1', `P@${k}`, 'mAP', 'a photo'], ...rows]).join('\n'));
  })
  .parseAsync();

/** Measures with a library of a folder, which is gone afterwards. */
async function inLibrary<Found>(
  folder: string,
  measure: (library: Library, folder: string) => Promise<Found>,
): Promise<Found> {
  const directory = await mkdtemp(join(tmpdir(), 'lookalike-methods-'));
  const library = await openLibrary({ folder: directory });
  try {
    await library.request('folders.add', { path: folder });
    await library.request('indexing.start', {});
    await library.request('indexing.wait', {});
    return await measure(library, folder);
  } finally {
    await library.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function measureObjects(
  library: Library,
  folder: string,
): Promise<Pick<MethodsReport, 'kinds' | 'photos' | 'methods'>> {
  const { methods } = await library.request('library.get', {});
  for (const { id, trains } of methods) {
    if (!trains) continue;
    console.error(`… ${id} learns`);
    await library.request('training.start', {
      method: id,
      seed,
      labels: { from: 'folders' },
      holdOut: true,
      ...(id === 'attributes' && { attributes: { file: 'kinds.csv', text: kindsAsList(folder) } }),
    });
  }
  console.error('… evaluation');
  const document = await library.request('evaluation.run', {
    labels: { from: 'folders' },
    split: 'held-out',
    k,
    seed,
    methods: methods.flatMap(({ id }) => (id === faces ? [] : [id])),
  });
  const { classes, photos } = document.labels;
  return { kinds: classes, photos, methods: document.methods };
}

async function measureFaces(library: Library): Promise<MethodsReport['faces']> {
  console.error('… faces');
  const document = await library.request('evaluation.run', {
    labels: { from: 'folders' },
    split: 'leave-one-out',
    k,
    seed,
    methods: [faces],
  });
  const [method] = document.methods;
  if (!method) throw new Error('faces were not measured');
  return { people: document.labels.classes, photos: document.labels.photos, method };
}

/**
 * A list of attributes that says of each photo that is no query which kind it is of. The photos are in
 * the order in which an evaluation has them, by content, so that the same are held out.
 */
function kindsAsList(folder: string): string {
  const ofContent = new Map<string, string>();
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const file = join(folder, path);
    if (!/\.(jpe?g|png|webp)$/i.test(path)) continue;
    const content = createHash('sha256').update(readFileSync(file)).digest('hex');
    if (!ofContent.has(content)) ofContent.set(content, file);
  }
  const files = [...ofContent].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => file);
  const kindOf = (file: string): string => basename(dirname(file));
  const kinds = [...new Set(files.map(kindOf))].sort();
  const labels = files.map((file) => kinds.indexOf(kindOf(file)));
  const rows = Array.from(heldOut(labels, seed).searched, (place) => {
    const file = files[place] ?? '';
    return [file, ...kinds.map((kind) => Number(kind === kindOf(file)))].join(',');
  });
  return [['photo', ...kinds].join(','), ...rows].join('\n');
}
