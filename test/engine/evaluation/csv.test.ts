import { expect, test } from 'vitest';
import { csvRows } from '../../../engine/evaluation/csv.ts';

/** Cells, or the reason why there are none, by line. */
const read = (text: string): [number, string[] | string][] =>
  [...csvRows(text)].map((row) => [row.line, 'cells' in row ? row.cells : row.reason]);

test('cells are what stands between commas, spaces and all', () => {
  expect(read('a,b\n c , d\n')).toEqual([
    [1, ['a', 'b']],
    [2, [' c ', ' d']],
  ]);
  expect(read('a,\n,b\n,')).toEqual([
    [1, ['a', '']],
    [2, ['', 'b']],
    [3, ['', '']],
  ]);
});

test('lines may end in any of the three ways, and the last may not end at all', () => {
  const rows = [
    [1, ['a', 'b']],
    [2, ['c', 'd']],
  ];
  for (const end of ['\n', '\r\n', '\r']) expect(read(`a,b${end}c,d`)).toEqual(rows);
});

test('a byte order mark and empty lines are passed over, and lines counted on', () => {
  expect(read('\ufeffa,b\n\n\r\nc,d\n\n')).toEqual([
    [1, ['a', 'b']],
    [4, ['c', 'd']],
  ]);
  expect(read('')).toEqual([]);
  expect(read('\ufeff')).toEqual([]);
  expect(read('""\n')).toEqual([[1, ['']]]);
});

test('quotes hold commas, line ends and doubled quotes', () => {
  expect(read('"a, ""b""","c\r\nd"\ne,f')).toEqual([
    [1, ['a, "b"', 'c\nd']],
    [3, ['e', 'f']],
  ]);
});

test('a row against the rules is told with its line, and the next line is read', () => {
  expect(read('a"b,c\nd,e')).toEqual([
    [1, 'a quote stands in the middle of a value'],
    [2, ['d', 'e']],
  ]);
  expect(read('"a"b,c\nd,e')).toEqual([
    [1, 'something stands after a closing quote'],
    [2, ['d', 'e']],
  ]);
  expect(read('a,"b\nd,e')).toEqual([
    [1, 'a quote is not closed'],
    [2, ['d', 'e']],
  ]);
});
