/** Answers searches by a description: photos that have some attributes, and lack others. */
import type { AttributeGuess, WantedAttribute } from '../attribute-settings.ts';
import type { DescriptionDocument } from '../documents.ts';
import { LookalikeError } from '../errors.ts';
import { methodEntry } from '../export/documents.ts';
import type { Method } from '../methods/registry.ts';
import type { Description } from '../search/described.ts';
import type { Context, Handlers } from './context.ts';
import type { Methods } from './methods.ts';
import type { OpenMethod } from './open-method.ts';
import { slices } from './slices.ts';

/** The method that knows attributes. */
const methodId = 'attributes';

export function attributeRequests(
  context: Context,
  methods: Methods,
): Handlers<'attributes.search' | 'documents.description'> {
  const { reader } = context.parts.store;
  return {
    'attributes.search': async ({ wanted, k }) => {
      context.requirePhotos();
      const open = methods.get(methodId);
      const { description } = wantedOf(open, wanted);
      const found = await open.describedBest(description, k);
      const breathe = slices();
      const ids: number[] = [];
      const ratios: number[] = [];
      const similarities: number[] = [];
      for (const { id, similarity } of found) {
        // A photo that was deleted a moment ago may still be in the search process.
        const photo = reader.photo(id);
        if (photo) {
          ids.push(id);
          ratios.push(photo.width / photo.height);
          similarities.push(similarity);
        }
        await breathe();
      }
      return { ids, ratios, similarities };
    },

    'documents.description': async ({ wanted, k }): Promise<DescriptionDocument> => {
      context.requirePhotos();
      await methods.prepare(methodId);
      const open = methods.get(methodId);
      const { description, named } = wantedOf(open, wanted);
      const found = await open.describedBest(description, k);
      const breathe = slices();
      const photos: DescriptionDocument['photos'] = [];
      for (const { id, similarity } of found) {
        const photo = reader.photo(id);
        const vector = open.vector(id);
        const all = (vector && attributesOf(open.method, vector)) ?? [];
        if (photo)
          photos.push({
            rank: photos.length + 1,
            path: context.pathOf(photo),
            similarity,
            attributes: description.places.flatMap((place) => all[place] ?? []),
          });
        await breathe();
      }
      return {
        schema: 'lookalike/description@1',
        method: methodEntry(open.method),
        wanted: named,
        photos,
      };
    },
  };
}

/**
 * What a row of numbers says, in the order in which attributes were listed; null where the numbers of
 * the method are none.
 */
export function attributesOf(
  { attributes }: Pick<Method, 'attributes'>,
  vector: Float32Array,
): AttributeGuess[] | null {
  if (!attributes) return null;
  return attributes.names.map((name, place) => ({
    name,
    // A stored number may be a little more than certainty, by rounding.
    probability: Math.min(1, (vector[place] ?? 0) / attributes.unit),
  }));
}

/**
 * What is wanted, as the search takes it, and by the names as they were learnt.
 * @throws LookalikeError `attribute-unknown`
 */
function wantedOf(
  { method }: OpenMethod,
  wanted: readonly WantedAttribute[],
): { description: Description; named: WantedAttribute[] } {
  const { names = [], unit = 1 } = method.attributes ?? {};
  const values = new Map(wanted.map(({ name, value }) => [placeOf(names, name), value]));
  return {
    description: { places: [...values.keys()], values: [...values.values()], unit },
    named: [...values].map(([place, value]) => ({ name: names[place] ?? '', value })),
  };
}

/** The place of a name; capital and small letters count only where both are there. */
function placeOf(names: readonly string[], name: string): number {
  const exact = names.indexOf(name);
  const alike = (one: string): boolean => one.toLowerCase() === name.toLowerCase();
  const place = exact === -1 ? names.findIndex(alike) : exact;
  if (place === -1)
    throw new LookalikeError(
      'attribute-unknown',
      `No attribute “${name}” was learnt. There are ${names.join(', ')}.`,
    );
  return place;
}
