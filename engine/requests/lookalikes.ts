/** Answers requests for lookalikes. */
import { type Context, type Handlers } from './context.ts';
import { type Queries } from './queries.ts';

export function lookalikeRequests(
  context: Context,
  queries: Queries,
): Handlers<'queries.add' | 'lookalikes.find'> {
  return {
    'queries.add': async ({ name, bytes }) => ({ upload: await queries.add(name, bytes) }),

    'lookalikes.find': async ({ query, k }) => {
      context.requirePhotos();
      const { search, photo, name, width, height, copies } = await queries.ready(query);
      const [found = []] = await context.parts.search.ask('find', { queries: [search], k });
      const { reader } = context.parts.store;
      return {
        query: { photo, name, width, height },
        copies: copies.map((copy) => context.refOf(copy)),
        lookalikes: found
          .flatMap(({ id, similarity, similar }) => {
            // A photo that was deleted a moment ago may still be in the search process.
            const row = reader.photo(id);
            return row ? [{ ...context.refOf(row), similarity, similar }] : [];
          })
          .map((lookalike, index) => ({ ...lookalike, rank: index + 1 })),
      };
    },
  };
}
