import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import {
  parseClusterCount,
  parseEpsilon,
  parseK,
  parseMinPhotos,
  parseSeed,
  parsePath,
  parsePaths,
  parseQuery,
  parseWantedAttribute,
  parseWithin,
} from '../../cli/arguments.ts';

describe('numbers', () => {
  it('reads plain decimals', () => {
    expect(parseK('5')).toBe(5);
    expect(parseK('100000')).toBe(100_000);
    expect(parseMinPhotos('1')).toBe(1);
    expect(parseSeed('0')).toBe(0);
    expect(['0', '.3', '2'].map(parseWithin)).toEqual([0, 0.3, 2]);
    expect([parseEpsilon('0'), parseEpsilon('.41'), parseEpsilon('2')]).toEqual([0, 0.41, 2]);
    expect(['1', '40', 'auto'].map(parseClusterCount)).toEqual([1, 40, 'automatic']);
    expect([parseEpsilon('auto'), parseEpsilon('automatic')]).toEqual(['automatic', 'automatic']);
  });

  const noNumbers = [
    '',
    ' ',
    'x',
    '5x',
    '1e1',
    '0x5',
    '+5',
    '1,5',
    '1.2.3',
    '٣',
    'Infinity',
    'NaN',
  ];

  it.each(['0', '-1', '1.5', '99999999999999999999', ...noNumbers])('refuses k "%s"', (text) => {
    expect(() => parseK(text)).toThrow(InvalidArgumentError);
    expect(() => parseK(text)).toThrow('whole number of at least 1');
  });

  it.each(['0', '-3', '2.5', ...noNumbers])('refuses a minimum of "%s" photos', (text) => {
    expect(() => parseMinPhotos(text)).toThrow('whole number of at least 1');
  });

  it.each(['0', '-4', '2.5', 'Auto', ...noNumbers])('refuses "%s" clusters', (text) => {
    expect(() => parseClusterCount(text)).toThrow('"auto" or a whole number of at least 1');
  });

  it.each(['-0.1', '2.01', 'Auto', ...noNumbers])('refuses ε "%s"', (text) => {
    expect(() => parseEpsilon(text)).toThrow('a number from 0 to 2');
  });

  it.each(['-0.1', '2.01', 'auto', ...noNumbers])('refuses a distance of "%s"', (text) => {
    expect(() => parseWithin(text)).toThrow('a number from 0 to 2');
  });
});

describe('paths', () => {
  it('are made absolute', () => {
    expect(parsePath('photos/a.jpg')).toBe(resolve('photos/a.jpg'));
    expect(parsePaths('b', parsePaths('a', undefined))).toEqual([resolve('a'), resolve('b')]);
  });

  it('are not empty', () => {
    expect(() => parsePath('')).toThrow('The path is empty.');
  });
});

describe('a photo', () => {
  it('is a file where one is', () => {
    expect(parseQuery('README.md')).toEqual({ path: resolve('README.md') });
    expect(parseQuery('./cli/main.ts')).toEqual({ path: resolve('cli/main.ts') });
  });

  it('is a file by an absolute path, wherever that leads', () => {
    const path = resolve('nowhere.jpg');
    expect(parseQuery(path)).toEqual({ path });
  });

  it('is one of the library by its name where no file is', () => {
    expect(parseQuery('nowhere.jpg')).toEqual({ name: 'nowhere.jpg' });
    expect(parseQuery('Africa/nowhere.jpg')).toEqual({ name: 'Africa/nowhere.jpg' });
  });

  it.each(['https://example.org/a.jpg', 'HTTP://example.org', 'ftp://example.org/a.jpg'])(
    'is at an address: %s',
    (address) => {
      expect(parseQuery(address)).toEqual({ address });
    },
  );

  it('is not nothing', () => {
    expect(() => parseQuery('')).toThrow('The path is empty.');
  });
});

describe('attributes', () => {
  it('are a name and how much of it; without a number all of it, and said again the last counts', () => {
    const first = parseWantedAttribute('smiling=1', undefined);
    expect(first).toEqual([{ name: 'smiling', value: 1 }]);
    const more = parseWantedAttribute('a=b=.25', parseWantedAttribute(' hat ', first));
    expect(more).toEqual([
      { name: 'smiling', value: 1 },
      { name: 'hat', value: 1 },
      { name: 'a=b', value: 0.25 },
    ]);
    expect(parseWantedAttribute('smiling=0', more)[2]).toEqual({ name: 'smiling', value: 0 });
  });

  it.each(['', '=1', 'hat=', 'hat=2', 'hat=-1', 'hat=much'])('refuses "%s"', (text) => {
    expect(() => parseWantedAttribute(text, undefined)).toThrow(InvalidArgumentError);
  });
});
