/** Answers requests for the lookalikes that several methods find for one query, side by side. */
import type { Query } from '../contract.ts';
import type { SideBySideDocument } from '../documents.ts';
import { isLookalikeError } from '../errors.ts';
import { lookalikesDocumentOf } from '../export/documents.ts';
import type { Context, Handlers } from './context.ts';
import type { lookalikeRequests } from './lookalikes.ts';
import type { Methods } from './methods.ts';
import type { Queries } from './queries.ts';

export function sideBySideRequests(
  context: Context,
  methods: Methods,
  queries: Queries,
  lookalikes: ReturnType<typeof lookalikeRequests>,
): Handlers<'documents.sideBySide'> {
  return {
    'documents.sideBySide': async ({ query, k, methods: ids }): Promise<SideBySideDocument> => {
      context.requirePhotos();
      const chosen = ids === null ? methods.all : ids.map((id) => methods.get(id));
      // Found once, it is not looked for (or fetched) again by every method.
      let placed: Query = query;
      let path = '';
      const found: ReturnType<typeof lookalikesDocumentOf>[] = [];
      for (const { id, method } of chosen) {
        await methods.prepare(id);
        try {
          const one = await lookalikes['lookalikes.find']({
            query: placed,
            k,
            within: null,
            method: id,
            face: 0,
          });
          const { photo, picture, name } = one.query;
          if (photo) placed = { photo: photo.id };
          else if (picture !== null) placed = { upload: picture };
          path = photo?.path ?? (picture === null ? name : queries.place(picture));
          found.push(lookalikesDocumentOf(method, path, one));
        } catch (error) {
          // Among all methods, those for faces have nothing to say of a photo without one.
          if (ids !== null || !isLookalikeError(error, 'no-face')) throw error;
        }
      }
      const agreed = new Map<string, number>();
      for (const { lookalikes: results } of found)
        for (const result of results) agreed.set(result.path, (agreed.get(result.path) ?? 0) + 1);
      return {
        schema: 'lookalike/side-by-side@1',
        query: { path },
        copies: found[0]?.copies ?? [],
        methods: found.map(({ method, lookalikes: results }) => ({
          ...method,
          lookalikes: results.map((result) => ({
            ...result,
            agreed: agreed.get(result.path) ?? 1,
          })),
        })),
      };
    },
  };
}
