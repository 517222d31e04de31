/**
 * From the words of a command line to values. Numbers are plain decimals and nothing around them
 * ("5x", "1e1" and "+5" are refused: most likely a slip); what is in range the contract says.
 */
import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import {
  clusterCount,
  epochs,
  epsilon,
  k,
  lastLayers,
  minPhotos,
  neighbours,
  perplexity,
  seed,
  trainedDimensions,
  wantedValue,
  within,
  type Query,
  type WantedAttribute,
} from '../engine/contract.ts';

/** A parser for commander: `text` as a number that `schema` accepts, else wrong usage. */
export function numberFor(
  schema: { safeParse: (value: unknown) => { success: boolean } },
  sentence: string,
): (text: string) => number {
  return (text) => {
    const value = /^-?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
    if (!schema.safeParse(value).success) throw new InvalidArgumentError(sentence);
    return value;
  };
}

export const parseK = numberFor(
  k,
  'The number of lookalikes is a whole number of at least 1, such as 5.',
);

export const parseFace = numberFor(k, 'A face is a whole number of at least 1.');

export const parseEpochs = numberFor(
  epochs,
  'The number of epochs is a whole number from 1 to 1000, such as 30.',
);

export const parseLayers = numberFor(
  lastLayers,
  'The number of last layers is a whole number from 0 to 30, such as 20.',
);

export const parseDimensions = numberFor(
  trainedDimensions,
  'The number of numbers is a whole number from 1 to 256, such as 64.',
);

export const parseWithin = numberFor(
  within,
  'The largest distance is a number from 0 to 2, such as 0.3.',
);

export const parseMinPhotos = numberFor(
  minPhotos,
  'The minimum of photos is a whole number of at least 1, such as 3.',
);

export const parseSeed = numberFor(seed, 'The seed is a whole number of at least 0, such as 1.');

export const parsePerplexity = numberFor(
  perplexity,
  'The perplexity is a number from 2 to 100, such as 30.',
);

export const parseNeighbours = numberFor(
  neighbours,
  'The number of neighbours is a whole number from 2 to 200, such as 15.',
);

const parseEpsilonNumber = numberFor(
  epsilon,
  'Epsilon is "auto" or a number from 0 to 2, such as 0.4.',
);

export function parseEpsilon(text: string): number | 'automatic' {
  return isAutomatic(text) ? 'automatic' : parseEpsilonNumber(text);
}

const parseClusterCountNumber = numberFor(
  clusterCount,
  'The number of clusters is "auto" or a whole number of at least 1, such as 4.',
);

export function parseClusterCount(text: string): number | 'automatic' {
  return isAutomatic(text) ? 'automatic' : parseClusterCountNumber(text);
}

function isAutomatic(text: string): boolean {
  return text === 'auto' || text === 'automatic';
}

const parseWantedValue = numberFor(
  wantedValue,
  'How much of an attribute is wanted is a number from 0 to 1: "smiling=1".',
);

/** "smiling=1", or "smiling" for the same; for options that may be repeated. */
export function parseWantedAttribute(
  text: string,
  before: WantedAttribute[] | undefined,
): WantedAttribute[] {
  const end = text.lastIndexOf('=');
  const name = (end === -1 ? text : text.slice(0, end)).trim();
  if (name === '') throw new InvalidArgumentError('The name of the attribute is missing.');
  const others = (before ?? []).filter((one) => one.name !== name);
  return [...others, { name, value: end === -1 ? 1 : parseWantedValue(text.slice(end + 1)) }];
}

/** An absolute path. */
export function parsePath(text: string): string {
  // Nothing would mean the present folder, which is hardly meant: most likely an unset variable.
  if (text === '') throw new InvalidArgumentError('The path is empty.');
  return resolve(text);
}

/**
 * Any photo: an address, or a file. What is no file from here on may be a photo of the library by its
 * name.
 */
export function parseQuery(text: string): Query {
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) return { address: text };
  const path = parsePath(text);
  return isAbsolute(text) || existsSync(path) ? { path } : { name: text };
}

/** For arguments that may be repeated. */
export function parsePaths(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), parsePath(text)];
}
