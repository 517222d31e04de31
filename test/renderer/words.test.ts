/** How numbers, dates and reasons are said. */
import { describe, expect, test, vi } from 'vitest';
import { errorCodes, LookalikeError, type ErrorCode } from '../../engine/errors.ts';
import {
  attributeWords,
  bytes,
  clusterName,
  count,
  dimensions,
  groupTitle,
  percent,
  problemWords,
  sentenceOf,
  timeLeft,
  milliseconds,
  threePlaces,
  twoPlaces,
  whole,
} from '../../renderer/words.ts';

// The region of the machine that runs the tests must not matter.
vi.hoisted(() => {
  vi.stubGlobal('navigator', { languages: ['de-AT', 'en-GB'] });
});

test('numbers have separators, and one thing is not many', () => {
  expect(whole(12480)).toBe('12,480');
  expect(count(1, 'photo')).toBe('1 photo');
  expect(count(0, 'photo')).toBe('0 photos');
  expect(count(12480, 'photo')).toBe('12,480 photos');
  expect(dimensions(4032, 3024)).toBe('4,032 × 3,024');
});

test('similarities keep two decimals', () => {
  expect(twoPlaces(0.5)).toBe('0.50');
  expect(twoPlaces(0.876)).toBe('0.88');
  expect(twoPlaces(1)).toBe('1.00');
});

test('shares that are compared have three decimals, and short times are milliseconds', () => {
  expect(threePlaces(0.9297)).toBe('0.930');
  expect(milliseconds(0.01514)).toBe('15.1 ms');
  expect(milliseconds(1.5)).toBe('1,500 ms');
});

test('100 % is said only when nothing is left', () => {
  expect(percent(0.999)).toBe('99%');
  expect(percent(1)).toBe('100%');
  expect(percent(0)).toBe('0%');
});

test('sizes of files use the unit a person would', () => {
  expect(bytes(0)).toBe('0 bytes');
  expect(bytes(1)).toBe('1 byte');
  expect(bytes(999)).toBe('999 bytes');
  expect(bytes(3_250_000)).toBe('3.3 MB');
  expect(bytes(13_000)).toBe('13 KB');
  expect(bytes(999_999)).toBe('1 MB');
});

test.each([
  [0, 'a few seconds'],
  [31, '40 s'],
  [60, '1 min'],
  [90, '1½ min'],
  [240, '4 min'],
  [1000, '17 min'],
  [7200, '2 h'],
  [7800, '2 h 10 min'],
  [7190, '2 h'],
])('%d seconds left are said as "%s"', (seconds, words) => {
  expect(timeLeft(seconds)).toBe(words);
});

describe('headings over photos', () => {
  const folders = [
    { path: '/home/anna/Pictures', name: 'Pictures' },
    { path: '/home/anna/Pictures/Africa', name: 'Africa' },
    { path: 'D:\\Photos', name: 'Photos' },
  ];
  test.each([
    ['2019-08', 'August 2019'],
    ['2026-12', 'December 2026'],
    ['/home/anna/Pictures', 'Pictures'],
    ['/home/anna/Pictures/2014/Rome', 'Pictures › 2014 › Rome'],
    ['/home/anna/Pictures/Africa/Mara', 'Africa › Mara'],
    ['/home/anna/Pictures old', '/home/anna/Pictures old'],
    ['D:\\Photos\\2014', 'Photos › 2014'],
  ])('%s is %s', (title, words) => {
    expect(groupTitle(title, folders)).toBe(words);
  });
});

test('a cluster without a name goes by its number', () => {
  expect(clusterName({ id: 3, name: null })).toBe('Cluster 3');
  expect(clusterName({ id: 3, name: 'Leopards' })).toBe('Leopards');
});

test('every reason that concerns one photo has words of its own', () => {
  const aboutPhotos = (Object.keys(errorCodes) as ErrorCode[]).filter(
    (code) => /^(photo-|not-a-photo|name-)/.test(code) && code !== 'photo-unknown',
  );
  const titles = aboutPhotos.map((code) => problemWords(code).title);
  expect(titles).not.toContain('Other problems');
  expect(new Set(titles).size).toBe(titles.length);
});

test('only sentences made for people reach them', () => {
  expect(sentenceOf(new LookalikeError('folder-missing', 'There is no such folder.'))).toBe(
    'There is no such folder.',
  );
  expect(sentenceOf(new TypeError('x is undefined'))).not.toContain('undefined');
});

test('names of attributes are read as words', () => {
  expect(attributeWords('5_o_Clock_Shadow')).toBe('5 o clock shadow');
});
