/** Lists of attributes in both forms, and what is wrong with those that are none. */
import { expect, test } from 'vitest';
import { readAttributeList } from '../../../engine/evaluation/attribute-list.ts';

/** Names, and by line what a row says or why it says nothing. */
const read = (text: string) => {
  const { names, rows } = readAttributeList('list.txt', text);
  return {
    names,
    rows: [...rows].map((row) =>
      'reason' in row ? [row.line, row.reason] : [row.line, row.path, [...row.values]],
    ),
  };
};
const refusal = (text: string): unknown => {
  try {
    readAttributeList('list.txt', text);
  } catch (error) {
    return error;
  }
  return null;
};

test("CelebA's list: a number, names, and a row of 1 and -1 for each photo", () => {
  const text =
    '3\r\n5_o_Clock_Shadow Wearing_Hat \r\n000001.jpg -1  1\r\n000002.jpg  1 -1\r\nmy dog.jpg 1 1\r\n';
  expect(read(text)).toEqual({
    names: ['5_o_Clock_Shadow', 'Wearing_Hat'],
    rows: [
      [3, '000001.jpg', [0, 1]],
      [4, '000002.jpg', [1, 0]],
      [5, 'my dog.jpg', [1, 1]],
    ],
  });
});

test('a CSV file: names behind a heading, and rows of 0 and 1, of -1 and 1, or of nothing where it is not known', () => {
  const text = '\ufeffphoto, smiling ,"hat, or cap"\na.jpg,1,0\n\n"b, c.jpg",-1,\n';
  expect(read(text)).toEqual({
    names: ['smiling', 'hat, or cap'],
    rows: [
      [2, 'a.jpg', [1, 0]],
      [4, 'b, c.jpg', [0, -1]],
    ],
  });
});

test('bad rows are told with their line, and the others are read', () => {
  expect(read('photo,a,b\nx.jpg,1\ny.jpg,1,yes\n,1,1\nz.jpg,"1,0\nw.jpg,0,1\n').rows).toEqual([
    [2, 'there are 2 attributes, but 1 values'],
    [3, 'a value is 1, 0 or -1, but value 2 is “yes”'],
    [4, 'the photo is missing'],
    [5, 'a quote is not closed'],
    [6, 'w.jpg', [0, 1]],
  ]);
  expect(read('3\na b\nx.jpg 1\ny.jpg 1 2\n\nz.jpg 1 -1\n').rows).toEqual([
    [3, 'there are 2 attributes, but 1 values'],
    [4, 'a value is 1, 0 or -1, but value 2 is “2”'],
    [6, 'z.jpg', [1, 0]],
  ]);
  // Cut in the middle, as by a download that ended.
  expect(read('9\na b\nx.jpg 1 1\n').rows.at(-1)).toEqual([
    1,
    'it says that there are 9 photos, but 1 rows follow',
  ]);
});

test.each([
  ['', 'does not begin with names'],
  ['photo\na.jpg\n', 'does not begin with names'],
  ['3\n\n', 'does not begin with names'],
  ['photo,a,,b\n', 'attribute 2 has no name'],
  ['photo,a,b,a\n', '“a” is there twice'],
  ['a.jpg,1,-1\n', 'first row has no names'],
  [`photo,${Array.from({ length: 201 }, (_, i) => `a${i}`).join()}`, '201 attributes'],
])('what does not begin like a list is refused: %j', (text, words) => {
  expect(refusal(text)).toMatchObject({
    code: 'attributes-list-invalid',
    message: expect.stringContaining(words) as string,
  });
});
