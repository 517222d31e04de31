/** What keeps the stand-in from being more, or less, than Electron. */
import { expect, it } from 'vitest';
import { PreventableEvent, strict } from './strict.ts';

it('a member that the stand-in does not have fails with a sentence that names it', () => {
  const app = strict('app', { quit: () => 'done' });
  expect(app.quit()).toBe('done');
  expect(() => (app as unknown as { hide: () => void }).hide).toThrow(
    'The stand-in of Electron has no app.hide; give it one.',
  );
});

it('methods that use private fields work, and so does awaiting', async () => {
  const event = strict('Event', new PreventableEvent());
  event.preventDefault();
  expect(event.defaultPrevented).toBe(true);
  expect(await Promise.resolve(event)).toBe(event);
});
