import { describe, expect, it } from 'vitest';
import type { LibraryState, Lookalike, Method, PhotoRef } from '../../../engine/contract.ts';
import {
  clustersDocumentOf,
  documentText,
  infoDocumentOf,
  lookalikesDocumentOf,
  problemsDocumentOf,
} from '../../../engine/export/documents.ts';
import { schemaErrors } from './validate.ts';

const entry = { id: 'm', name: 'Method', dimensions: 256, metric: 'cosine' } as const;
const method = {
  ...entry,
  sentence: 'It looks.',
  needs: 'Nothing.',
  trains: false,
  finds: 'photos',
  learnsFromLabels: false,
  choosesEpochs: false,
  choosesDimensions: false,
  lastLayers: null,
  learnsFromAttributes: false,
  unavailable: null,
  photos: 7,
  clusters: null,
  own: null,
} satisfies Method;
const photo = (name: string): PhotoRef => ({
  id: 1,
  name,
  path: `/photos/${name}`,
  width: 4,
  height: 3,
  offline: false,
});
const lookalike = (rank: number, similarity: number): Lookalike => ({
  ...photo(`${rank}.jpg`),
  rank,
  similarity,
  similar: similarity > 0.5,
  face: null,
});
const whole = { faces: [], face: null };
const box = (x: number) => ({ x, y: 0.25, width: 0.125, height: 0.25 });

describe('documents', () => {
  it('tells lookalikes without ids and shapes', () => {
    const document = lookalikesDocumentOf(method, '/photos/q.jpg', {
      query: whole,
      copies: [photo('copy.jpg')],
      cluster: null,
      classes: null,
      lookalikes: [lookalike(1, 0.9), lookalike(2, -0.1)],
    });
    expect(schemaErrors('lookalikes', document)).toEqual([]);
    expect(document).toEqual({
      schema: 'lookalike/lookalikes@1',
      method: entry,
      query: { path: '/photos/q.jpg' },
      copies: ['/photos/copy.jpg'],
      lookalikes: [
        { rank: 1, path: '/photos/1.jpg', similarity: 0.9, similar: true },
        { rank: 2, path: '/photos/2.jpg', similarity: -0.1, similar: false },
      ],
    });
  });

  it('tells of a method for faces which one was the query, and which one is like it', () => {
    const document = lookalikesDocumentOf({ ...method, finds: 'faces' }, '/photos/q.jpg', {
      query: { faces: [box(0), box(0.5)], face: 1 },
      copies: [],
      cluster: null,
      classes: null,
      lookalikes: [{ ...lookalike(1, 0.9), face: box(0.75) }],
    });
    expect(schemaErrors('lookalikes', document)).toEqual([]);
    expect(document.method.finds).toBe('faces');
    expect(document.query.face).toEqual(box(0.5));
    expect(document.lookalikes[0]?.face).toEqual(box(0.75));
  });

  it('tells the largest distance, where one was asked for', () => {
    const found = { query: whole, copies: [], cluster: null, classes: null, lookalikes: [] };
    const document = lookalikesDocumentOf(method, 'https://example.org/q.jpg', found, 0);
    expect(schemaErrors('lookalikes', document)).toEqual([]);
    expect(document.within).toBe(0);
    expect(lookalikesDocumentOf(method, '/q.jpg', found)).not.toHaveProperty('within');
  });

  it('tells the cluster that a query falls into, by its name if it has one', () => {
    const found = { query: whole, copies: [], classes: null, lookalikes: [] };
    const cluster = { id: 2, name: null, size: 7 };
    const nameless = lookalikesDocumentOf(method, '/q.jpg', { ...found, cluster });
    expect(schemaErrors('lookalikes', nameless)).toEqual([]);
    expect(nameless.cluster).toEqual({ id: 2, size: 7 });
    const named = lookalikesDocumentOf(method, '/q.jpg', {
      ...found,
      cluster: { ...cluster, name: 'Boats' },
    });
    expect(named.cluster).toEqual({ id: 2, name: 'Boats', size: 7 });
  });

  it('tells what the method would call the query, where it has names', () => {
    const classes = [{ name: 'trilobite', probability: 0.75 }];
    const found = { query: whole, copies: [], cluster: null, classes, lookalikes: [] };
    const document = lookalikesDocumentOf(method, '/q.jpg', found);
    expect(schemaErrors('lookalikes', document)).toEqual([]);
    expect(document.classes).toEqual(classes);
  });

  it('tells clusters of k-means with their inertia and the curve that k is chosen from', () => {
    const run = {
      algorithm: 'k-means',
      k: 2,
      chosen: 'automatic',
      inertia: 1.5,
      curve: [{ k: 2, silhouette: 0.5 }],
    } as const;
    const clusters = [{ id: 1, name: null, cover: '/a', photos: ['/a'] }];
    const document = clustersDocumentOf(method, { ...run, curve: [...run.curve] }, clusters, []);
    expect(schemaErrors('clusters', document)).toEqual([]);
    const { algorithm: name, ...rest } = run;
    expect(document).toMatchObject({ algorithm: { name, ...rest }, noise: [] });
  });

  it('tells clusters; the size is the number of photos, and a name is there only if given', () => {
    const photos = ['/a', '/b', '/c'];
    const document = clustersDocumentOf(
      method,
      { algorithm: 'dbscan', epsilon: 0.41, minPhotos: 3, chosen: 'automatic', curve: [] },
      [
        { id: 1, name: 'Boats', cover: '/a', photos },
        { id: 2, name: null, cover: '/d', photos: ['/d', '/e', '/f'] },
      ],
      ['/z'],
    );
    expect(schemaErrors('clusters', document)).toEqual([]);
    expect(document.clusters).toEqual([
      { id: 1, name: 'Boats', size: 3, cover: '/a', photos },
      { id: 2, size: 3, cover: '/d', photos: ['/d', '/e', '/f'] },
    ]);
    expect(document.algorithm).toEqual({
      name: 'dbscan',
      epsilon: 0.41,
      minPhotos: 3,
      chosen: 'automatic',
    });
  });

  it('tells problems', () => {
    const told = { path: '/p', code: 'photo-empty', message: 'It has no bytes.' } as const;
    const document = problemsDocumentOf([{ ...told, folder: 1, photo: null }]);
    expect(schemaErrors('problems', document)).toEqual([]);
    expect(document.problems).toEqual([told]);
  });

  it('tells what a library is', () => {
    const state: LibraryState = {
      id: 'x',
      program: { name: 'lookalike', version: '0.1.0' },
      folders: [{ id: 1, path: '/photos', name: 'photos', photos: 7, offline: true }],
      photos: 7,
      problems: 1,
      drawing: null,
      methods: [method],
      backend: { name: 'wasm', reason: 'no compiler' },
      indexing: {
        state: 'idle',
        found: 0,
        indexed: 0,
        unchanged: 0,
        failed: 0,
        perSecond: null,
        secondsLeft: null,
        error: null,
      },
      clustering: [],
      preparing: [],
      notices: [],
    };
    const document = infoDocumentOf(state, method, '/data/lookalike', { node: '24.0.0' });
    expect(schemaErrors('info', document)).toEqual([]);
    expect(document.folders).toEqual([{ path: '/photos', photos: 7, offline: true }]);
    expect(document.backend).toEqual({ name: 'wasm', reason: 'no compiler' });
  });

  it('writes a document as text that ends with a newline', () => {
    expect(documentText({ a: 1 })).toBe('{\n  "a": 1\n}\n');
  });
});

describe('the schemas', () => {
  const valid = { schema: 'lookalike/exported@1', path: '/x', bytes: 3 };

  it('accept a valid document and refuse missing, wrong and unknown fields', () => {
    expect(schemaErrors('exported', valid)).toEqual([]);
    expect(schemaErrors('exported', { ...valid, bytes: 1.5 })).not.toEqual([]);
    expect(schemaErrors('exported', { ...valid, more: true })).not.toEqual([]);
    expect(schemaErrors('exported', { schema: valid.schema, path: valid.path })).not.toEqual([]);
    expect(schemaErrors('exported', { ...valid, schema: 'lookalike/export@1' })).not.toEqual([]);
  });
});
