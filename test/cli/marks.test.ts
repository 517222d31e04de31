/** Marks in the terminal: made, listed, taken back, written and brought in, on a real library. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { markLines, suitsLines } from '../../cli/format-marks.ts';
import type { Look } from '../../cli/format.ts';
import type { MarksDocument, PhotoMark, SuitsDocument } from '../../engine/contract.ts';
import { schemaErrors } from '../engine/export/validate.ts';
import { photoRef } from '../renderer/fake-client.ts';
import { drawPhoto } from './photos.ts';
import { run, type Ended } from './run.ts';

let folder: string;
const lookalike = (...args: string[]): Promise<Ended> =>
  run([...args, '--library', join(folder, 'library')]);
const photo = (name: string): string => join(folder, 'photos', name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookalike-marks-'));
  await drawPhoto(photo('one.jpg'), 'targets', 0);
  await drawPhoto(photo('two.jpg'), 'targets', 1);
  await drawPhoto(photo('other.jpg'), 'forest', 0);
  expect((await lookalike('index', join(folder, 'photos'))).code).toBe(0);
});
afterAll(() => rm(folder, { recursive: true }));

it('says of two photos that they are alike or not, lists it, takes it back and brings it in again', async () => {
  const made = await lookalike('mark', photo('one.jpg'), 'two.jpg', '--alike');
  expect(made.stdout).toContain('two.jpg are marked as alike.');
  await lookalike('mark', 'one.jpg', 'other.jpg', '--not-alike');
  const { stdout } = await lookalike('marks');
  expect(stdout).toContain('2 marks: 1 alike, 1 not.');
  const written = await lookalike('marks', '--json');
  const document = JSON.parse(written.stdout) as MarksDocument;
  expect(schemaErrors('marks', document)).toEqual([]);

  const removed = await lookalike('marks', '--remove', 'one.jpg', 'two.jpg', '--json');
  expect((JSON.parse(removed.stdout) as MarksDocument).marks).toHaveLength(1);
  expect(removed.stderr).toContain('not marked any more');
  const file = join(folder, 'marks.json');
  await writeFile(file, written.stdout);
  const again = await lookalike('marks', '--import', file, '--json');
  expect(again.stderr).toContain('1 mark added, 0 changed, 1 there before');
  expect((JSON.parse(again.stdout) as MarksDocument).marks).toHaveLength(2);
});

it('tells in a sentence what cannot be done', async () => {
  await writeFile(join(folder, 'bad.json'), '{');
  for (const [words, sentence] of [
    [['mark', 'one.jpg', 'one.jpg', '--alike'], 'cannot be marked with itself'],
    [['mark', 'one.jpg', 'nowhere.jpg', '--alike'], 'No photo of the library is called'],
    [['mark', 'one.jpg', 'https://example.org/a.jpg', '--alike'], 'not pictures at an address'],
    [['marks', '--import', join(folder, 'bad.json')], 'cannot be read as JSON'],
    [['evaluate', '--labels', 'marks'], 'it takes at least 5 marks of each kind'],
    [['train', 'triplet', '--labels', 'marks'], 'it takes at least 10 marks of each kind'],
  ] as const) {
    const { code, stdout, stderr } = await lookalike(...words);
    expect(stderr).toContain(sentence);
    expect([code, stdout]).toEqual([1, '']);
  }
});

it('refuses what was hardly meant, with 2', async () => {
  for (const [words, sentence] of [
    ['mark a.jpg b.jpg', 'Say one of both'],
    ['mark a.jpg b.jpg --alike --not-alike', 'Say one of both'],
    ['marks --remove a.jpg', '--remove takes two photos'],
    ['evaluate --labels marks --leave-one-out', '--leave-one-out does not go with --labels marks'],
    ['evaluate --held-out', '--held-out belongs to --labels marks'],
  ] as const) {
    const { code, stdout, stderr } = await lookalike(...words.split(' '));
    expect(stderr).toContain(sentence);
    expect([code, stdout]).toEqual([2, '']);
  }
});

const plain: Look = { bars: false, style: (_format, text) => text };
const mark = (id: number, alike: boolean): PhotoMark => ({
  ...{ id, alike, at: 0 },
  photos: [photoRef(id), id > 2 ? null : photoRef(9)],
});

it('lists marks of photos that are away, and contradictions with the way of the others', () => {
  expect(markLines([], [], plain)[0]).toContain('No photos are marked yet');
  const way = [photoRef(2), photoRef(5), photoRef(9)];
  expect(
    markLines([mark(1, true), mark(2, false), mark(3, false)], [{ mark: 2, way }], plain),
  ).toEqual([
    '3 marks: 1 alike, 2 not.',
    'alike      /photos/1.jpg  /photos/9.jpg',
    'not alike  /photos/2.jpg  /photos/9.jpg',
    'not alike  /photos/3.jpg  (a photo that is not in the library now)',
    'These are marked as not alike, but as alike by way of others:',
    '/photos/2.jpg – /photos/5.jpg – /photos/9.jpg',
  ]);
});

const measured = (
  id: string,
  area: number,
  more: Partial<SuitsDocument['methods'][number]> = {},
): SuitsDocument['methods'][number] => ({
  ...{ id, name: id, area, interval: { low: area - 0.1, high: area + 0.05 } },
  ...{ ordered: null, anchors: 0, behind: { low: 0, high: 0 } },
  ...{ mayBeChance: false, learntFromMarks: false, ...more },
});

it('answers what suits with the sentence first, and a note for each method', () => {
  const lines = suitsLines(
    {
      schema: 'lookalike/suits@1',
      created: '2026-11-22T12:00:00.000Z',
      program: { name: 'lookalike', version: '0.1.0' },
      marks: {
        ...{ alike: 12, notAlike: 9, photos: 30 },
        leftOut: { gone: 1, notIndexed: 0, withoutFace: 0, learnt: 0 },
      },
      ...{ heldOut: false, seed: 1, best: 'a', sentence: 'It is a.' },
      methods: [
        measured('a', 0.9, { ordered: 0.8 }),
        measured('b', 0.85, { mayBeChance: true }),
        measured('c', 0.95, { learntFromMarks: true }),
        measured('d', 0.5),
      ],
    },
    plain,
  );
  expect(lines.slice(0, 9)).toEqual([
    'It is a.',
    'By 12 pairs marked as alike and 9 as not alike, of 30 photos.',
    '',
    '    area         95 %  ordered',
    'a  0.900  0.800–0.950    0.800  the best',
    'b  0.850  0.750–0.900        –  may be as good',
    'c  0.950  0.850–1.000        –  learnt from these marks',
    'd  0.500  0.400–0.550        –',
    '1 mark left out of photos that are not in the library now.',
  ]);
});
