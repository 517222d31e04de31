/** Answers requests for the groups of photos that people select on a map and name. */
import type { SelectionDocument } from '../documents.ts';
import { LookalikeError } from '../errors.ts';
import type { Context, Handlers } from './context.ts';
import { slices } from './slices.ts';

export function selectionRequests(
  context: Context,
): Handlers<'selections.list' | 'selections.save' | 'selections.remove'> {
  const { store, emit } = context.parts;
  return {
    'selections.list': async () => {
      const breathe = slices();
      const selections = [];
      for (const { id, name, photoIds } of store.reader.selections()) {
        const photos: number[] = [];
        for (const photo of photoIds) {
          if (store.reader.photo(photo)) photos.push(photo);
          await breathe();
        }
        selections.push({ id, name, photos });
      }
      return selections;
    },

    'selections.save': ({ name, photos }) => {
      store.writer.setSelection(name, Uint32Array.from(photos));
      emit('selections', {});
      return {};
    },

    'selections.remove': ({ id }) => {
      store.writer.removeSelection(id);
      emit('selections', {});
      return {};
    },
  };
}

/** @throws LookalikeError `photo-unknown` when none of the photos is there any more */
export async function selectionDocument(
  context: Context,
  { name, photos }: { name: string | null; photos: number[] },
): Promise<SelectionDocument> {
  const found = await context.refs(photos);
  if (found.length === 0)
    throw new LookalikeError(
      'photo-unknown',
      'None of these photos is in the library any more. They may have been moved or deleted.',
    );
  return {
    schema: 'lookalike/selection@1',
    ...(name !== null && { name }),
    photos: found.map(({ path }) => path),
  };
}
