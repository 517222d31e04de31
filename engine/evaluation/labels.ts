/**
 * The labels of photos: what a person says belongs together, as the folders the photos lie in or as
 * rows of a CSV file.
 */
import { csvRows } from './csv.ts';

/** Rows that gave no label; of each kind the first `mostListed`, so that a document stays small. */
export interface CsvReport {
  /** Rows with something in them, a header not counted. */
  read: number;
  unknown: Listed<{ line: number; path: string }>;
  bad: Listed<{ line: number; reason: string }>;
}

interface Listed<Item> {
  count: number;
  first: Item[];
}

const mostListed = 100;

/** What people write over a column of paths. */
const headers = new Set(['path', 'file', 'filename', 'file name', 'file_name', 'photo', 'image']);

/**
 * Reads rows of path and label. A first row whose path is a usual heading, such as "path", and no
 * photo is a header. Spaces around path and label do not count. What is said twice counts once; a
 * photo that was given another label before is a bad row.
 *
 * @param find the ids of the photos that a path may mean
 * @param pause called between rows, as there may be very many
 */
export async function labelsFromCsv(
  text: string,
  find: (path: string) => number[],
  pause: () => Promise<void>,
): Promise<{ labels: Map<number, string>; report: CsvReport }> {
  const labels = new Map<number, string>();
  const report: CsvReport = {
    read: 0,
    unknown: { count: 0, first: [] },
    bad: { count: 0, first: [] },
  };
  let isFirst = true;
  for (const row of csvRows(text)) {
    await pause();
    const { line } = row;
    const [path = '', label = ''] = 'cells' in row ? row.cells.map((cell) => cell.trim()) : [];
    const ids = 'cells' in row ? find(path) : [];
    const isHeader = isFirst && ids.length === 0 && headers.has(path.toLowerCase());
    isFirst = false;
    if (isHeader) continue;
    report.read += 1;
    const reason = 'reason' in row ? row.reason : reasonAgainst(row.cells, label, ids);
    const [id] = ids;
    if (reason !== null) list(report.bad, { line, reason });
    else if (id === undefined) list(report.unknown, { line, path });
    else if ((labels.get(id) ?? label) !== label)
      list(report.bad, { line, reason: `it has the label “${labels.get(id) ?? ''}” already` });
    else labels.set(id, label);
  }
  return { labels, report };
}

function reasonAgainst(
  cells: readonly string[],
  label: string,
  ids: readonly number[],
): string | null {
  if (cells.length !== 2)
    return `a row has two values, a path and a label, but this one has ${cells.length}`;
  if (label === '') return 'the label is empty';
  if (ids.length > 1) return 'photos of several folders have this path; write the absolute one';
  return null;
}

function list<Item>(listed: Listed<Item>, item: Item): void {
  listed.count += 1;
  if (listed.first.length < mostListed) listed.first.push(item);
}

/** The folder that a photo lies in, as an absolute path, from that of the photo, is its label. */
export function labelFromFolder(path: string): string {
  return path.replace(/[\\/][^\\/]*$/, '');
}
