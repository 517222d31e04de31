/** From a list of attributes to the photos of the library that it speaks of. */
import { has, lacks, type AttributesGiven, type TrainedAttributes } from '../attribute-settings.ts';
import { LookalikeError } from '../errors.ts';
import { readAttributeList } from '../evaluation/attribute-list.ts';
import type { Context } from './context.ts';
import { allPhotos } from './labelled-photos.ts';
import type { OpenMethod } from './open-method.ts';
import { slices, type Breathe } from './slices.ts';

export interface LabelledAttributes {
  /** One of each content, in the order of contents (see labelled-photos.ts); `values` in the order of `told.each`. */
  photos: { id: number; values: Int8Array }[];
  /** What the document says of them, before anything is measured. */
  told: TrainedAttributes;
}

/** Photos that have an attribute, and that lack it, at the least: one of each may be held back. */
const leastOfEach = 2;
const mostListed = 100;

/**
 * The photos of the list that have a vector of `source`. Attributes in which nearly all of them are alike
 * are left out, and told.
 * @throws LookalikeError `attributes-list-invalid`, `labels-unknown` or `labels-one-class`
 */
export async function labelledAttributes(
  context: Context,
  { file, text }: Pick<AttributesGiven, 'file' | 'text'>,
  source: OpenMethod,
): Promise<LabelledAttributes> {
  const breathe = slices();
  const { names, rows: listed } = readAttributeList(file, text);
  const finder = await PhotoFinder.of(context, breathe);
  const rows: TrainedAttributes['rows'] = {
    read: 0,
    unknown: { count: 0, first: [] },
    bad: { count: 0, first: [] },
  };
  const valuesOf = new Map<number, Int8Array>();
  for (const row of listed) {
    await breathe();
    rows.read += 1;
    if ('reason' in row) {
      list(rows.bad, row);
      continue;
    }
    const { line, path, values } = row;
    const found = finder.find(path);
    if (found.length > 1)
      list(rows.bad, {
        line,
        reason: `${found.length} photos are called ${path}; write the folder before the name`,
      });
    else if (found[0] === undefined) list(rows.unknown, { line, path });
    else if ((valuesOf.get(found[0]) ?? values).join() !== values.join())
      list(rows.bad, { line, reason: 'a row before says otherwise of the same photo' });
    else valuesOf.set(found[0], values);
  }
  if (valuesOf.size === 0) throw new LookalikeError('labels-unknown', unknownSentence(file, rows));
  const { photos, leftOut } = await usable(context, source, valuesOf, breathe);
  const counted = names.map((name, place) => {
    const count = (value: number): number =>
      photos.filter(({ values }) => values[place] === value).length;
    return { name, place, having: count(has), lacking: count(lacks) };
  });
  const kept = counted.filter((one) => Math.min(one.having, one.lacking) >= leastOfEach);
  if (kept.length === 0) throw new LookalikeError('labels-one-class', oneClassSentence(file));
  return {
    photos: photos.map(({ id, values }) => ({
      id,
      values: Int8Array.from(kept, ({ place }) => values[place] ?? lacks),
    })),
    told: {
      file,
      photos: photos.length,
      leftOut,
      rows,
      oneClass: counted.filter((one) => !kept.includes(one)).map(({ name }) => name),
      each: kept.map(({ name, having, lacking }) => ({
        ...{ name, having, lacking },
        ...{ accuracy: null, usual: null },
      })),
      accuracy: null,
    },
  };
}

async function usable(
  context: Context,
  source: OpenMethod,
  valuesOf: ReadonlyMap<number, Int8Array>,
  breathe: Breathe,
): Promise<{ photos: LabelledAttributes['photos']; leftOut: TrainedAttributes['leftOut'] }> {
  const leftOut = { unlabelled: 0, copies: 0, notIndexed: 0 };
  const ofContent = new Map<string, LabelledAttributes['photos'][number]>();
  for await (const { id, sha256 } of allPhotos(context, breathe)) {
    const values = valuesOf.get(id);
    if (!values) leftOut.unlabelled += 1;
    else if (!source.hasVector(id)) leftOut.notIndexed += 1;
    else if (ofContent.has(sha256)) leftOut.copies += 1;
    else ofContent.set(sha256, { id, values });
  }
  const inOrder = [...ofContent].sort(([a], [b]) => (a < b ? -1 : 1));
  return { photos: inOrder.map(([, photo]) => photo), leftOut };
}

interface Known {
  id: number;
  /** Absolute, with slashes. */
  path: string;
  /** Below its folder, with slashes. */
  below: string;
  sha256: string;
}

/**
 * Finds photos by their paths: absolute, below a folder of the library, or the end of one, such as the
 * name of the file. A list may have hundreds of thousands of rows, so all names are read once.
 */
class PhotoFinder {
  readonly #byName = new Map<string, Known[]>();

  static async of(context: Context, breathe: Breathe): Promise<PhotoFinder> {
    const finder = new PhotoFinder();
    for await (const photo of allPhotos(context, breathe)) {
      const { id, relativePath: below, sha256 } = photo;
      const known = { id, path: slashed(context.pathOf(photo)), below, sha256 };
      const name = nameOf(below);
      const others = finder.#byName.get(name);
      if (others) others.push(known);
      else finder.#byName.set(name, [known]);
    }
    return finder;
  }

  /** The ids of the photos that a path may mean; of those with the same content the first. */
  find(path: string): number[] {
    const wanted = slashed(path).replace(/^(\.\/)+/, '');
    const ending = (this.#byName.get(nameOf(wanted)) ?? []).filter(
      ({ path: whole }) => whole === wanted || whole.endsWith(`/${wanted}`),
    );
    const whole = ending.filter(({ path: all, below }) => all === wanted || below === wanted);
    const found = whole.length > 0 ? whole : ending;
    const [first] = found;
    const isOne = found.every(({ sha256 }) => sha256 === first?.sha256);
    return (isOne ? found.slice(0, 1) : found).map(({ id }) => id);
  }
}

function slashed(path: string): string {
  return process.platform === 'win32' ? path.replaceAll('\\', '/') : path;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function unknownSentence(file: string, { read, unknown, bad }: TrainedAttributes['rows']): string {
  if (read === 0)
    return `There are no rows in ${file}. A row is a photo, and a value for each attribute.`;
  const [wrong] = bad.first;
  if (unknown.count === 0 && wrong)
    return `No row of ${file} can be used. Line ${wrong.line}: ${wrong.reason}.`;
  const [first] = unknown.first;
  return `No row of ${file} names a photo of the library, for example “${first?.path ?? ''}” in line ${first?.line ?? 0}. Write the names of files, or their paths.`;
}

function oneClassSentence(file: string): string {
  return `In every attribute of ${file} nearly all photos are alike, so there is nothing to tell apart. Each needs at least ${leastOfEach} photos that have it and ${leastOfEach} that do not.`;
}

function list<Item>(listed: { count: number; first: Item[] }, item: Item): void {
  listed.count += 1;
  if (listed.first.length < mostListed) listed.first.push(item);
}
