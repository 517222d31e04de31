/** From the labels that a person gave to the photos that an evaluation or a training is made of. */
import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, normalize, relative, sep } from 'node:path';
import type { Checked, EvaluationDocument } from '../contract.ts';
import { LookalikeError } from '../errors.ts';
import { labelFromFolder, labelsFromCsv } from '../evaluation/labels.ts';
import type { PhotoRow } from '../store/reader.ts';
import type { Context } from './context.ts';
import type { OpenMethod } from './open-method.ts';
import { slices, type Breathe } from './slices.ts';

/** Marks are of pairs: `marked-photos.ts`. */
type LabelsGiven = Exclude<Checked<'training.start'>['labels'], { from: 'marks' }>;
type CsvGiven = Extract<LabelsGiven, { from: 'csv' }>;

/**
 * Photo i has the id `ids[i]` and the label `labels[i]`; equal numbers are equal labels. The order is
 * that of their contents, so that a seed draws the same photos in every library that holds them: ids
 * follow the order in which decoding happened to end.
 */
export interface LabelledPhotos<From extends LabelsGiven['from']> {
  ids: Uint32Array;
  labels: Uint32Array;
  /** What the document says of them. */
  told: Omit<EvaluationDocument['labels'], 'from'> & { from: From };
}

/** Photos read from the database at once. */
const pageSize = 512;

/**
 * All labelled photos that can be measured: one of each content, and only with a vector of each of
 * the methods. Where clusters are labels, they are the present ones of the first of the methods.
 * @throws LookalikeError `labels-unknown`, `labels-one-class` or `labels-too-few`
 */
export async function labelledPhotos<Given extends LabelsGiven>(
  context: Context,
  given: Given,
  methods: readonly OpenMethod[],
): Promise<LabelledPhotos<Given['from']>> {
  const breathe = slices();
  const { labelOf, rows } = await labelsOf(context, given, methods, breathe);
  const leftOut = { unlabelled: 0, copies: 0, notIndexed: 0, withoutFace: 0 };
  const ofContent = new Map<string, { id: number; name: string }>();
  for await (const photo of allPhotos(context, breathe)) {
    const label = labelOf(photo);
    if (label === undefined) leftOut.unlabelled += 1;
    else if (!methods.every((method) => method.findsFaces || method.hasVector(photo.id)))
      leftOut.notIndexed += 1;
    else if (!methods.every((method) => method.hasVector(photo.id))) leftOut.withoutFace += 1;
    // A copy would be found with certainty, and tell nothing.
    else if (ofContent.has(photo.sha256)) leftOut.copies += 1;
    else ofContent.set(photo.sha256, { id: photo.id, name: label });
  }
  const chosen = [...ofContent].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, photo]) => photo);
  const names = chosen.map(({ name }) => name);
  const numbers = new Map([...new Set(names)].sort().map((name, number) => [name, number]));
  const sizes = new Map<string, number>();
  for (const name of names) sizes.set(name, (sizes.get(name) ?? 0) + 1);
  requireClasses(sizes, given, leftOut.withoutFace > 0);
  return {
    ids: Uint32Array.from(chosen, ({ id }) => id),
    labels: Uint32Array.from(names, (name) => numbers.get(name) ?? NaN),
    told: {
      from: given.from,
      file: given.from === 'csv' ? given.file : null,
      classes: sizes.size,
      photos: chosen.length,
      single: [...sizes.values()].filter((size) => size === 1).length,
      leftOut,
      rows,
    },
  };
}

async function labelsOf(
  context: Context,
  given: LabelsGiven,
  methods: readonly OpenMethod[],
  breathe: Breathe,
): Promise<{
  labelOf: (photo: PhotoRow) => string | undefined;
  rows: EvaluationDocument['labels']['rows'];
}> {
  if (given.from === 'folders')
    return { labelOf: (photo) => labelFromFolder(context.pathOf(photo)), rows: null };
  if (given.from === 'clusters') return { labelOf: clusterLabels(methods), rows: null };
  const find = (path: string): number[] => idsAt(context, path);
  const { labels, report } = await labelsFromCsv(given.text, find, breathe);
  if (labels.size === 0) throw new LookalikeError('labels-unknown', unknownSentence(given, report));
  return { labelOf: ({ id }) => labels.get(id), rows: report };
}

/** The name of the cluster that a photo is in, else its number: clusters of the same name are alike. */
function clusterLabels([method]: readonly OpenMethod[]): (photo: PhotoRow) => string | undefined {
  return ({ id }) => {
    const cluster = method?.runs.clusterOf(id);
    return cluster ? (cluster.name ?? `#${cluster.id}`) : undefined;
  };
}

function unknownSentence(
  { file }: CsvGiven,
  { read, unknown, bad }: NonNullable<EvaluationDocument['labels']['rows']>,
): string {
  if (read === 0) return `There are no rows in ${file}. A row is a path, a comma and a label.`;
  const [wrong] = bad.first;
  if (unknown.count === 0 && wrong)
    return `No row of ${file} can be used. Line ${wrong.line}: ${wrong.reason}.`;
  return `No row of ${file} names a photo of the library, for example “${unknown.first[0]?.path ?? ''}” in line ${unknown.first[0]?.line ?? 0}. Write absolute paths, or paths as they are below a folder of the library.`;
}

/** @throws LookalikeError `labels-one-class` or `labels-too-few` */
function requireClasses(
  sizes: ReadonlyMap<string, number>,
  given: LabelsGiven,
  onlyFaces: boolean,
): void {
  const [size] = sizes.values();
  if (sizes.size < 2)
    throw new LookalikeError(
      'labels-one-class',
      onlyFaces ? facesSentence(sizes.size) : oneClassSentence(given),
    );
  if (size !== undefined && Math.max(...sizes.values()) < 2)
    throw new LookalikeError(
      'labels-too-few',
      'Every label has one photo only, so there is nothing to be found. Label at least two photos alike.',
    );
}

function facesSentence(classes: number): string {
  const those =
    classes === 0 ? 'no labelled photo shows one' : 'all that show one have the same label';
  return `Only photos that show a face count here, and ${those}. Choose another method, or label other photos.`;
}

function oneClassSentence(given: LabelsGiven): string {
  if (given.from === 'folders')
    return 'All photos lie in one folder, so there is nothing to tell apart. Put each kind of photo into a folder of its own, or give labels in a CSV file.';
  if (given.from === 'clusters')
    return 'There are no two clusters that differ, so there is nothing to tell apart. Find clusters with other settings, or give labels in another way.';
  return `All labelled photos of ${given.file} have the same label, so there is nothing to tell apart. Label photos of at least two kinds.`;
}

/**
 * The photos at this path: absolute, also by way of links, or below a folder of the library. Mostly one
 * or none.
 */
function idsAt(context: Context, path: string): number[] {
  const ids = idsBelow(context, path);
  if (ids.length > 0 || !isAbsolute(path)) return ids;
  // Folders are kept by their real paths, whichever way they were named by.
  return idsBelow(context, join(realFolder(dirname(path)), basename(path)));
}

function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function idsBelow(context: Context, path: string): number[] {
  const { reader } = context.parts.store;
  return [...context.folders().values()].flatMap((folder) => {
    const below = isAbsolute(path) ? relative(folder.path, path) : normalize(path);
    const photo = reader.photoAt(folder.id, below.split(sep).join('/'));
    return photo ? [photo.id] : [];
  });
}

/** Every photo of the library, in the order of ids. */
export async function* allPhotos(context: Context, breathe: Breathe): AsyncGenerator<PhotoRow> {
  const { reader } = context.parts.store;
  for (
    let page = reader.photosAfter(0, pageSize);
    page.length > 0;
    page = reader.photosAfter(page.at(-1)?.id ?? Infinity, pageSize)
  ) {
    // Those whose folder is removed meanwhile are left out.
    for (const photo of page) if (context.folders().has(photo.folderId)) yield photo;
    await breathe();
  }
}
