/**
 * Reads lists that say which attributes photos have. Two forms are known:
 *
 * - that of CelebA's `list_attr_celeba.txt`: a line with the number of photos, a line with the names of
 *   the attributes, and a line for each photo, all parted by spaces: file, and 1 or −1 for each attribute;
 * - a CSV file whose first row has the names behind a heading for the photo, and whose other rows have
 *   the path or the name of a photo and 1 or 0 (or −1) for each attribute. Nothing at all: not known.
 */
import { LookalikeError } from '../errors.ts';
import { has, lacks, mostAttributes, notKnown } from '../attribute-settings.ts';
import { csvRows, type CsvRow } from './csv.ts';

/** A row, or why there is none, as the end of a sentence. */
export type AttributeRow = {
  /** Line of the text, from 1. */
  line: number;
} & ({ path: string; values: Int8Array } | { reason: string });

export interface AttributeList {
  names: string[];
  /** Read while it is gone through. */
  rows: Iterable<AttributeRow>;
}

/**
 * @param file the name of the list, for sentences
 * @throws LookalikeError `attributes-list-invalid` when it does not begin like one
 */
export function readAttributeList(file: string, text: string): AttributeList {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  const first = lines.findIndex((line) => line.trim() !== '');
  const isCelebA = /^\s*\d+\s*$/.test(lines[first] ?? '');
  const list = isCelebA ? celebA(lines, first) : csv(text);
  const problem = problemOf(list.names);
  if (problem !== null)
    throw new LookalikeError(
      'attributes-list-invalid',
      `${file} is no list of attributes: ${problem} A CSV file begins with a row such as “photo,smiling,hat”; a list such as CelebA's with the number of photos, and the names in the next line.`,
    );
  return list;
}

function problemOf(names: readonly string[]): string | null {
  if (names.length === 0) return 'it does not begin with names of attributes.';
  if (names.length > mostAttributes)
    return `it has ${names.length} attributes, and at most ${mostAttributes} can be learnt.`;
  const place = names.indexOf('');
  if (place !== -1) return `attribute ${place + 1} has no name.`;
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `the attribute “${twice}” is there twice.`;
  if (names.every((name) => /^-?\d*$/.test(name))) return 'its first row has no names.';
  return null;
}

/** @param first the index of the line that says how many photos there are */
function celebA(lines: readonly string[], first: number): AttributeList {
  const second = lines.findIndex((line, index) => index > first && line.trim() !== '');
  const names = words(lines[second] ?? '');
  return { names, rows: celebARows(lines, first, second, names.length) };
}

function* celebARows(
  lines: readonly string[],
  first: number,
  second: number,
  attributes: number,
): Generator<AttributeRow> {
  let rows = 0;
  for (let index = second + 1; index < lines.length; index++) {
    const cells = words(lines[index] ?? '');
    if (cells.length === 0) continue;
    rows += 1;
    // The name of a file may have spaces in it, values have none.
    const path = cells.slice(0, Math.max(1, cells.length - attributes)).join(' ');
    yield rowOf(index + 1, path, cells.slice(-Math.min(attributes, cells.length - 1)), attributes);
  }
  const said = Number(lines[first]);
  if (said !== rows)
    yield {
      line: first + 1,
      reason: `it says that there are ${said} photos, but ${rows} rows follow`,
    };
}

function csv(text: string): AttributeList {
  const rows = csvRows(text);
  const header = rows.next();
  const cells = !header.done && 'cells' in header.value ? header.value.cells : [];
  const names = cells.slice(1).map((name) => name.trim());
  return { names, rows: csvAttributeRows(rows, names.length) };
}

function* csvAttributeRows(rows: Iterable<CsvRow>, attributes: number): Generator<AttributeRow> {
  for (const row of rows) {
    if ('reason' in row) yield row;
    else {
      const [path = '', ...values] = row.cells.map((cell) => cell.trim());
      yield rowOf(row.line, path, values, attributes);
    }
  }
}

function rowOf(
  line: number,
  path: string,
  cells: readonly string[],
  attributes: number,
): AttributeRow {
  if (path === '') return { line, reason: 'the photo is missing' };
  if (cells.length !== attributes)
    return { line, reason: `there are ${attributes} attributes, but ${cells.length} values` };
  const values = new Int8Array(attributes);
  for (const [place, cell] of cells.entries()) {
    const value = valueOf(cell);
    if (value === undefined)
      return { line, reason: `a value is 1, 0 or -1, but value ${place + 1} is “${cell}”` };
    values[place] = value;
  }
  return { line, path, values };
}

function valueOf(cell: string): number | undefined {
  if (cell === '1' || cell === '+1') return has;
  // The sign may be the one that typesetters use.
  if (cell === '0' || cell === '-1' || cell === '−1') return lacks;
  return cell === '' ? notKnown : undefined;
}

function words(line: string): string[] {
  return line.split(/\s+/).filter((word) => word !== '');
}
