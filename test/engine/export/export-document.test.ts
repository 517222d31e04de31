import { describe, expect, it } from 'vitest';
import { exportDocument as schema, type ExportDocument } from '../../../engine/documents.ts';
import { exportDocument, type ExportSource } from '../../../engine/export/export-document.ts';
import { schemaErrors } from './validate.ts';

const photo = (path: string): ExportDocument['photos'][number] => ({
  path,
  sha256: 'ab'.repeat(32),
  width: 640,
  height: 480,
  lookalikes: [{ path: '/photos/other.jpg', similarity: 0.91 }],
  cluster: null,
});

const source: ExportSource = {
  created: new Date('2026-11-22T15:30:00.123Z'),
  program: { name: 'lookalike', version: '0.1.0' },
  method: {
    id: 'm',
    name: 'Method',
    dimensions: 256,
    metric: 'cosine',
    weights: { sha256: 'cd'.repeat(32) },
  },
  folders: ['/photos'],
  photos: () => [],
  clusters: () => [],
  noise: () => [],
};

async function textOf(given: ExportSource): Promise<string> {
  let text = '';
  for await (const piece of exportDocument(given)) text += piece;
  return text;
}

describe('exportDocument', () => {
  it('is a valid document even when there is nothing to export', async () => {
    const document: unknown = JSON.parse(await textOf(source));
    expect(schemaErrors('export', document)).toEqual([]);
    expect(document).toMatchObject({ photos: [], clusters: [], noise: [] });
  });

  it('holds everything that the source gives, and is valid', async () => {
    const photos = [photo('/photos/a.jpg'), { ...photo('/photos/b.jpg'), cluster: 1 }];
    const clusters = [
      { id: 1, name: 'Boats', size: 1, cover: '/photos/b.jpg', photos: ['/photos/b.jpg'] },
      { id: 2, size: 1, cover: '/photos/c.jpg', photos: ['/photos/c.jpg'] },
    ];
    const document: unknown = JSON.parse(
      await textOf({
        ...source,
        photos: async function* () {
          yield* await Promise.resolve(photos);
        },
        clusters: () => clusters,
        noise: () => ['/photos/a.jpg'],
      }),
    );
    expect(schemaErrors('export', document)).toEqual([]);
    expect(schema.parse(document)).toEqual({
      schema: 'lookalike/export@1',
      created: '2026-11-22T15:30:00.123Z',
      program: source.program,
      method: source.method,
      folders: ['/photos'],
      photos,
      clusters,
      noise: ['/photos/a.jpg'],
    });
  });

  it('survives names with quotes, newlines, emoji and lone surrogates', async () => {
    const names = [
      '/p/"quoted".jpg',
      '/p/two\nlines.jpg',
      '/p/📷.jpg',
      '/p/\ud800.jpg',
      '/p/\\.jpg',
    ];
    const text = await textOf({ ...source, noise: () => names });
    const sent = Buffer.from(text).toString();
    expect((JSON.parse(sent) as ExportDocument).noise).toEqual(names);
  });

  it('puts one photo on a line', async () => {
    const text = await textOf({ ...source, photos: () => [photo('/a.jpg'), photo('/b.jpg')] });
    const lines = text.split('\n').filter((line) => line.includes('"sha256":"abab'));
    expect(lines.map((line) => line.includes('/a.jpg'))).toEqual([true, false]);
  });

  it('asks for a photo only when the one before has been taken', async () => {
    let given = 0;
    const pieces = exportDocument({
      ...source,
      photos: function* () {
        for (; given < 100_000;) {
          given++;
          yield photo(`/photos/${given}.jpg`);
        }
      },
    });
    let taken = 0;
    for await (const piece of pieces) {
      if (piece.includes('.jpg') && ++taken === 10) break;
    }
    expect(given).toBe(10);
  });
});
