/**
 * Reads comma-separated values as RFC 4180 describes them, strictly: what is no row by its rules is
 * told with its line instead of being guessed at.
 */

/** A row, or why there is none, as the end of a sentence. */
export type CsvRow = {
  /** Line of the text where the row begins, from 1. */
  line: number;
} & ({ cells: string[] } | { reason: string });

/**
 * The rows of `text` one after the other, empty lines left out. Lines may end in LF, CRLF or CR; a
 * byte order mark is passed over. A quoted cell may hold commas, line ends (they become LF) and
 * doubled quotes; spaces belong to the cell. A bad row ends with the line that it begins on.
 */
export function* csvRows(text: string): Generator<CsvRow> {
  const plain = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  let position = 0;
  let line = 1;
  while (position < plain.length) {
    const row = readRow(plain, position);
    const isEmpty = plain[position] === '\n';
    if ('reason' in row) yield { line, reason: row.reason };
    else if (!isEmpty) yield { line, cells: row.cells };
    const end = 'reason' in row ? lineEnd(plain, position) : row.end;
    line += linesIn(plain, position, end + 1);
    position = end + 1;
  }
}

/** `end`: the position after the row, where its line ends. */
function readRow(text: string, start: number): { cells: string[]; end: number } | BadRow {
  const cells: string[] = [];
  for (let position = start; ; position += 1) {
    const cell = text[position] === '"' ? quotedCell(text, position) : plainCell(text, position);
    if ('reason' in cell) return cell;
    cells.push(cell.value);
    position = cell.end;
    if (text[position] === ',') continue;
    if (position === text.length || text[position] === '\n') return { cells, end: position };
    return { reason: 'something stands after a closing quote' };
  }
}

interface Cell {
  value: string;
  /** The position after it. */
  end: number;
}
interface BadRow {
  reason: string;
}

function quotedCell(text: string, start: number): Cell | BadRow {
  let quote = text.indexOf('"', start + 1);
  while (quote !== -1 && text[quote + 1] === '"') quote = text.indexOf('"', quote + 2);
  if (quote === -1) return { reason: 'a quote is not closed' };
  return { value: text.slice(start + 1, quote).replaceAll('""', '"'), end: quote + 1 };
}

function plainCell(text: string, start: number): Cell | BadRow {
  const comma = text.indexOf(',', start);
  const end = Math.min(lineEnd(text, start), comma === -1 ? text.length : comma);
  const value = text.slice(start, end);
  if (value.includes('"')) return { reason: 'a quote stands in the middle of a value' };
  return { value, end };
}

/** The position of the first line end from `position` on, or the length of the text. */
function lineEnd(text: string, position: number): number {
  const end = text.indexOf('\n', position);
  return end === -1 ? text.length : end;
}

function linesIn(text: string, start: number, end: number): number {
  return text.slice(start, end).split('\n').length - 1;
}
