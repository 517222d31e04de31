/**
 * What is known of two photos, line by line, for Compare.
 */
import type { PhotoDetails } from '../../engine/contract.ts';
import { bytes, dimensions, moment, place } from '../words.ts';

export interface Fact {
  name: string;
  first: string;
  second: string;
}

/** A photo of which little may be known: a picture from outside has only its name and its size. */
export type Known = Pick<PhotoDetails, 'name' | 'width' | 'height'> & Partial<PhotoDetails>;

const unknown = '–';

export function factsOf(first: Known | null, second: Known): Fact[] {
  const line = (name: string, say: (photo: Known) => string): Fact => ({
    name,
    first: first === null ? unknown : say(first),
    second: say(second),
  });
  return [
    line('Name', (photo) => photo.name),
    line('Where', (photo) =>
      photo.folder === undefined
        ? (photo.path ?? unknown)
        : place(photo.folder.name, photo.where ?? []),
    ),
    line('Taken', (photo) => (photo.takenAt == null ? unknown : moment(photo.takenAt))),
    line('Dimensions', (photo) => dimensions(photo.width, photo.height)),
    line('Size', (photo) => (photo.bytes === undefined ? unknown : bytes(photo.bytes))),
  ];
}
