import { describe, expect, it } from 'vitest';
import {
  bar,
  duration,
  fileSize,
  indexingStep,
  indexLines,
  infoLines,
  lookalikeLines,
  many,
  mapLines,
  printable,
  problemLines,
  sideBySideLines,
  type Look,
} from '../../cli/format.ts';
import type { LookalikesDocument, MapDocument, SideBySideDocument } from '../../engine/contract.ts';

const plain: Look = { bars: false, style: (_format, text) => text };
const drawn: Look = { bars: true, style: (format, text) => `<${format}>${text}</${format}>` };
const method = { id: 'm', name: 'Method', dimensions: 256, metric: 'cosine' } as const;

const lookalikes = (similar: boolean[], copies: string[] = []): LookalikesDocument => ({
  schema: 'lookalike/lookalikes@1',
  method,
  query: { path: '/q.jpg' },
  copies,
  lookalikes: similar.map((isSimilar, index) => ({
    rank: index + 1,
    path: `/${index}.jpg`,
    similarity: 0.9 - index / 2,
    similar: isSimilar,
  })),
});

describe('mapLines', () => {
  const map: MapDocument = {
    schema: 'lookalike/map@1',
    method,
    algorithm: { name: 't-sne', perplexity: 30, seed: 1 },
    trustworthiness: 0.99381,
    photos: [2, 2, null].map((cluster, i) => ({ path: `/${i}.jpg`, x: i, y: 0, cluster })),
  };

  it('tells what the map is made of and how far it can be trusted', () => {
    const [heading, trust] = mapLines(map, plain);
    expect(heading).toBe('A map of 3 photos in 1 cluster (t-SNE, perplexity 30, seed 1).');
    expect(trust).toMatch(/^Trustworthiness 0\.9938: /);
  });

  it('says so where there are too few photos to tell', () => {
    const algorithm = { name: 'umap', neighbours: 15, seed: 2 } as const;
    const lines = mapLines({ ...map, algorithm, trustworthiness: null, photos: [] }, plain);
    expect(lines).toEqual([
      'A map of 0 photos in 0 clusters (UMAP, 15 neighbours, seed 2).',
      'There are too few photos to tell how far it can be trusted.',
    ]);
  });

  it('says so where no photo shows a face', () => {
    const faces = { ...method, finds: 'faces' } as const;
    expect(mapLines({ ...map, method: faces, trustworthiness: null, photos: [] }, plain)).toEqual([
      'No face was found in any photo, so the map is empty.',
    ]);
  });
});

describe('lookalikeLines', () => {
  it('aligns the numbers and puts paths last', () => {
    expect(lookalikeLines(lookalikes([true, true, true]), plain)).toEqual([
      'Lookalikes of /q.jpg:',
      '1   0.900  /0.jpg',
      '2   0.400  /1.jpg',
      '3  -0.100  /2.jpg',
    ]);
  });

  it('aligns ranks of two digits', () => {
    const lines = lookalikeLines(lookalikes(Array<boolean>(10).fill(true)), plain);
    expect(lines.slice(1, 2).concat(lines.slice(-1))).toEqual([
      ' 1   0.900  /0.jpg',
      '10  -3.600  /9.jpg',
    ]);
  });

  it('marks those that are not really similar', () => {
    expect(lookalikeLines(lookalikes([true, false]), plain).slice(1)).toEqual([
      '1   0.900  /0.jpg',
      '2   0.400  /1.jpg  (not really similar)',
    ]);
  });

  it('says once that nothing is really similar', () => {
    expect(lookalikeLines(lookalikes([false, false]), plain)).toEqual([
      'Nothing is really similar to /q.jpg. The nearest photos:',
      '1   0.900  /0.jpg',
      '2   0.400  /1.jpg',
    ]);
  });

  it('says that there is nothing to compare with, and still names the copies', () => {
    expect(lookalikeLines(lookalikes([], ['/copy\n.jpg']), plain)).toEqual([
      'There is no other photo to compare /q.jpg with.',
      'The same content:',
      '/copy\\n.jpg',
    ]);
  });

  it('says what distance was asked for', () => {
    const [heading] = lookalikeLines({ ...lookalikes([true, false]), within: 0.6 }, plain);
    expect(heading).toBe('2 photos within a distance of 0.6 of /q.jpg:');
    expect(lookalikeLines({ ...lookalikes([]), within: 0.05 }, plain)).toEqual([
      'No photo is within a distance of 0.05 of /q.jpg.',
    ]);
  });

  it('draws bars where it can', () => {
    expect(lookalikeLines(lookalikes([true, false]), drawn).slice(1)).toEqual([
      '<bold>1   0.900  █████████ </bold>  /0.jpg',
      '<dim>2   0.400  ████      </dim>  /1.jpg  (not really similar)',
    ]);
  });
});

describe('the cluster of a query', () => {
  it('stands below its lookalikes', () => {
    const document = { ...lookalikes([true]), cluster: { id: 3, size: 12 } };
    expect(lookalikeLines(document, plain).slice(2)).toEqual([
      'Falls into cluster 3, of 12 photos.',
    ]);
    const named = { ...document, cluster: { id: 3, name: 'Bo\nats', size: 1 } };
    expect(lookalikeLines(named, plain).slice(2)).toEqual([
      'Falls into cluster 3 “Bo\\nats”, of 1 photo.',
    ]);
  });
});

describe('indexLines', () => {
  const document = {
    schema: 'lookalike/index@1',
    found: 5,
    indexed: 3,
    unchanged: 2,
    failed: 0,
    offline: 0,
    seconds: 12.3,
  } as const;

  it('sums up in one line when all went well', () => {
    expect(indexLines(document)).toEqual([
      '5 photos found: 3 indexed, 2 known from before, 0 failed; took 12 s.',
    ]);
  });

  it('says where to look for files that could not be read, and what is offline', () => {
    expect(indexLines({ ...document, failed: 1, offline: 7 }).slice(1)).toEqual([
      '1 file could not be read; "lookalike problems" lists it.',
      '7 photos kept of folders that cannot be reached now.',
    ]);
    expect(indexLines({ ...document, failed: 2 }).at(1)).toContain('lists them.');
  });
});

it('problemLines tell the file and the reason, or that there are none', () => {
  const problems = [{ path: '/a\n.jpg', code: 'photo-empty', message: 'It has no bytes.' }];
  expect(problemLines({ schema: 'lookalike/problems@1', problems }, plain)).toEqual([
    '/a\\n.jpg',
    '    It has no bytes.',
  ]);
  expect(problemLines({ schema: 'lookalike/problems@1', problems: [] }, plain)).toEqual([
    'No problems: every photo could be read.',
  ]);
});

it('infoLines tell folders, what is offline, and why it is this backend', () => {
  const lines = infoLines(
    {
      schema: 'lookalike/info@1',
      program: { name: 'lookalike', version: '1.2.3' },
      library: '/data',
      folders: [
        { path: '/a', photos: 1, offline: false },
        { path: '/b', photos: 6, offline: true },
      ],
      photos: 7,
      problems: 2,
      clusters: null,
      method,
      methods: [
        {
          id: 'm',
          name: 'Method',
          sentence: 'It looks.',
          photos: 7,
          clusters: 1,
          unavailable: null,
        },
        {
          id: 'other',
          name: 'Other',
          sentence: 'It looks.',
          photos: 0,
          clusters: null,
          unavailable: null,
        },
        {
          id: 'new',
          name: 'New',
          sentence: 'It looks.',
          photos: 0,
          clusters: null,
          unavailable: 'New has to be trained.',
        },
      ],
      backend: { name: 'wasm', reason: 'there is no compiler' },
      versions: { node: '24.1.0', sqlite: '3.50' },
    },
    plain,
  );
  expect(lines).toEqual([
    'Program     lookalike 1.2.3',
    'Library     /data',
    'Folders     /a  (1 photo)',
    '            /b  (6 photos, offline)',
    'Photos      7',
    'Problems    2',
    'Clusters    not looked for yet',
    'Methods     m      Method: 7 photos, 1 cluster',
    '            other  Other: not computed yet',
    '            new    New has to be trained.',
    'TensorFlow  WebAssembly (there is no compiler)',
    'Versions    node 24.1.0, sqlite 3.50',
  ]);
});

describe('indexingStep', () => {
  const indexing = {
    state: 'running',
    found: 100,
    indexed: 20,
    unchanged: 10,
    failed: 2,
    perSecond: 31.4,
    secondsLeft: 68,
    error: null,
  } as const;

  it('counts everything that needs no more work as done', () => {
    expect(indexingStep(indexing)).toEqual({
      label: 'Indexing',
      done: 32,
      total: 100,
      notes: ['2 failed', '31 a second', '1 min 8 s left'],
    });
  });

  it('says nothing about what is not known yet', () => {
    const walking = { ...indexing, state: 'walking', failed: 0, perSecond: null } as const;
    expect(indexingStep({ ...walking, secondsLeft: null })).toMatchObject({
      label: 'Looking for photos',
      notes: [],
    });
  });
});

describe('small things', () => {
  it.each([
    [-1, '          '],
    [0, '          '],
    [0.5, '█████     '],
    [0.93, '█████████▎'],
    [1, '██████████'],
    [1.0000001, '██████████'],
  ])('a bar for %d', (similarity, drawing) => {
    expect(bar(similarity)).toBe(drawing);
  });

  it.each([
    [0.44, '0.4 s'],
    [9.96, '10 s'],
    [59.6, '1 min 0 s'],
    [200, '3 min 20 s'],
    [7500, '2 h 5 min'],
  ])('a duration of %d seconds', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it.each([
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [13_400_000, '13.4 MB'],
    [2_000_000_000_000, '2.0 TB'],
  ])('a size of %d bytes', (bytes, text) => {
    expect(fileSize(bytes)).toBe(text);
  });

  it('plural only where there is one', () => {
    expect([0, 1, 2].map((number) => many(number, 'photo'))).toEqual([
      '0 photos',
      '1 photo',
      '2 photos',
    ]);
  });

  it('keeps letters and emoji, and takes the power from control characters', () => {
    expect(printable('Zoë 📷 "quoted".jpg')).toBe('Zoë 📷 "quoted".jpg');
    expect(printable('a\nb\tc\u001b[2Jd\u202egpj.exe\u009b')).toBe(
      'a\\nb\\tc\\u001b[2Jd\\u202egpj.exe\\u009b',
    );
  });
});

it('sideBySideLines tell each method’s lookalikes, and how many agree on one', () => {
  const lookalike = { rank: 1, path: '/a.jpg', similarity: 0.9, similar: true };
  const entry = { id: 'm', name: 'Method', dimensions: 2, metric: 'cosine' } as const;
  const document: SideBySideDocument = {
    schema: 'lookalike/side-by-side@1',
    query: { path: '/q.jpg' },
    copies: [],
    methods: [
      { ...entry, lookalikes: [{ ...lookalike, agreed: 2 }] },
      {
        ...entry,
        id: 'o',
        name: 'Other',
        lookalikes: [
          { ...lookalike, path: '/b.jpg', agreed: 1 },
          { ...lookalike, rank: 2, agreed: 2 },
        ],
      },
    ],
  };
  expect(sideBySideLines(document, plain)).toEqual([
    'Lookalikes of /q.jpg:',
    'Method (m)',
    ' 1   0.900  2 agree  /a.jpg',
    'Other (o)',
    ' 1   0.900           /b.jpg',
    ' 2   0.900  2 agree  /a.jpg',
  ]);
});
