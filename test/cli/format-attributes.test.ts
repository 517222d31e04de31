/** Attributes as lines: a table in which rare ones are seen to be rare, and what was found. */
import { expect, it } from 'vitest';
import { attributeLines, descriptionLines } from '../../cli/format-attributes.ts';
import type { Look } from '../../cli/format.ts';
import type { DescriptionDocument, TrainedAttributes } from '../../engine/contract.ts';

const plain: Look = { bars: false, style: (_format, text) => text };

const attributes: TrainedAttributes = {
  file: '/list.csv',
  photos: 100,
  leftOut: { unlabelled: 3, copies: 1, notIndexed: 2 },
  rows: {
    read: 105,
    unknown: { count: 1, first: [{ line: 9, path: 'nowhere.jpg' }] },
    bad: { count: 1, first: [{ line: 4, reason: 'the photo is missing' }] },
  },
  oneClass: ['beard'],
  each: [
    { name: 'smiling', having: 48, lacking: 52, accuracy: 0.9, usual: 0.5 },
    { name: 'hat', having: 5, lacking: 95, accuracy: null, usual: null },
  ],
  accuracy: 0.9,
};

it('attributeLines tell how common each is, beside how often it is told rightly, and what was left out', () => {
  expect(attributeLines(attributes, plain)).toEqual([
    '2 attributes of 100 photos (from /list.csv); right on average 0.900.',
    'On photos held back: how often it is right, and who always guesses what is commoner.',
    '',
    '         have it  of all  right  guessing',
    'smiling       48    48 %  0.900     0.500',
    'hat            5     5 %      –         –',
    '',
    'Left out, as nearly all photos are alike in them: beard.',
    '',
    '3 photos that the list does not name.',
    '1 copy of the same content left out.',
    '2 photos left out that must be indexed again.',
    '1 row without a photo of the library:',
    '  line 9: nowhere.jpg',
    '1 row that cannot be used:',
    '  line 4: the photo is missing',
  ]);
});

it('descriptionLines tell what was wanted, and how far each photo has it', () => {
  const document: DescriptionDocument = {
    schema: 'lookalike/description@1',
    method: { id: 'attributes', name: 'Attributes', dimensions: 2, metric: 'euclidean' },
    wanted: [
      { name: 'smiling', value: 1 },
      { name: 'hat', value: 0 },
    ],
    photos: [
      {
        rank: 1,
        path: '/a.jpg',
        similarity: 0.95,
        attributes: [
          { name: 'smiling', probability: 0.99 },
          { name: 'hat', probability: 0.125 },
        ],
      },
    ],
  };
  expect(descriptionLines(document, plain)).toEqual([
    'Photos that fit best: smiling 1, hat 0',
    '1  0.950  /a.jpg  0.99 0.13',
  ]);
  expect(descriptionLines({ ...document, photos: [] }, plain)).toEqual([
    'There is no photo to compare with smiling 1, hat 0.',
  ]);
});
