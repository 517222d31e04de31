/** Answers requests for lookalikes. */
import type { Lookalike, Result } from '../contract.ts';
import type { SearchQuery } from '../search/process.ts';
import { attributesOf } from './attributes.ts';
import type { Context, Handlers } from './context.ts';
import type { Methods } from './methods.ts';
import type { OpenMethod } from './open-method.ts';
import type { Queries } from './queries.ts';
import { slices } from './slices.ts';

/** Names that are told of a query. */
const mostClasses = 5;

export function lookalikeRequests(
  context: Context,
  methods: Methods,
  queries: Queries,
): Handlers<'queries.add' | 'lookalikes.find'> {
  return {
    'queries.add': async ({ name, bytes }) => ({ upload: await queries.add(name, bytes) }),

    'lookalikes.find': async ({ query, k, within, method: id, face: asked }) => {
      context.requirePhotos();
      const method = methods.get(id);
      const ready = await queries.ready(query, method, asked);
      const { search, photo, picture, name, width, height, copies, faces, face } = ready;
      const found = await method.find(search, k, within);
      const lookalikes: Lookalike[] = [];
      const breathe = slices();
      for (const { id, row: rowId, similarity, similar } of found) {
        // A photo that was deleted a moment ago may still be in the search process.
        const row = context.parts.store.reader.photo(id);
        if (row)
          lookalikes.push({
            ...context.refOf(row),
            similarity,
            similar,
            face: method.boxOfRow(rowId),
            rank: lookalikes.length + 1,
          });
        await breathe();
      }
      return {
        query: { photo, picture, name, width, height, faces, face },
        copies: copies.map((copy) => context.refOf(copy)),
        cluster: method.runs.clusterOfQuery(search),
        classes: classesOf(method, search),
        attributes: attributesOfQuery(method, search),
        lookalikes,
      };
    },
  };
}

function classesOf(open: OpenMethod, query: SearchQuery): Result<'lookalikes.find'>['classes'] {
  const vector = vectorOf(open, query);
  return (vector && open.method.classesOf?.(vector, mostClasses)) ?? null;
}

function attributesOfQuery(
  open: OpenMethod,
  query: SearchQuery,
): Result<'lookalikes.find'>['attributes'] {
  const vector = vectorOf(open, query);
  return (vector && attributesOf(open.method, vector)) ?? null;
}

function vectorOf(open: OpenMethod, { of }: SearchQuery): Float32Array | undefined {
  return 'photo' in of ? open.vector(of.photo) : of.vector;
}
