/** What a person chooses for a training, as it is asked for. */
import { expect, test } from 'vitest';
import { TrainingChoices } from '../../../renderer/state/training-choices.svelte.ts';
import { method } from '../fake-client.ts';

const learns = (id: string) => ({ ...method(id, 9), trains: true, choosesEpochs: true });

test('epochs are chosen for each method, 30 unless told otherwise, and from 1 to 1000', () => {
  const choices = new TrainingChoices();
  choices.setEpochs('a', 100);
  expect([choices.for(learns('a')), choices.for(learns('b'))]).toEqual([
    { epochs: 100 },
    { epochs: 30 },
  ]);
  for (const [epochs, allowed] of [
    [1, true],
    [1000, true],
    [0, false],
    [1001, false],
    [2.5, false],
    [null, false],
  ] as const) {
    choices.setEpochs('a', epochs);
    expect(choices.allows(learns('a')), String(epochs)).toBe(allowed);
    expect(choices.allows(learns('b'))).toBe(true);
  }
  expect(choices.for(method('at once', 9))).toEqual({});
});

test('a run that was stopped goes on with the epochs that it was begun with', () => {
  const choices = new TrainingChoices();
  choices.take({ method: 'a', interrupted: true, epochs: 200, layers: 0 });
  choices.take({ method: 'b', interrupted: false, epochs: 0, layers: null });
  expect([choices.epochsOf('a'), choices.epochsOf('b')]).toEqual([200, 30]);
});
