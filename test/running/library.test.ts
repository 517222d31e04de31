/** A library that another program has open, on a real server whose library answers by hand. */
import { expect, it, onTestFinished } from 'vitest';
import { LookalikeError } from '../../engine/errors.ts';
import { RunningLibrary } from '../../running/library.ts';
import { openSite, type Site } from '../web/visitor.ts';

async function opened(): Promise<{ site: Site; library: RunningLibrary }> {
  const site = await openSite();
  const library = new RunningLibrary({ origin: site.origin, cookie: await site.cookie() });
  onTestFinished(() => {
    library.close();
  });
  return { site, library };
}

it('is asked as the library itself is, and refuses with the same words', async () => {
  const { site, library } = await opened();
  expect(await library.request('photos.refs', { ids: [1] })).toEqual({
    name: 'photos.refs',
    params: { ids: [1] },
  });
  const bytes = Uint8Array.of(1, 2, 3);
  await library.request('queries.add', { name: 'a b.jpg', bytes });
  expect(site.library.asked.at(-1)).toEqual({
    name: 'queries.add',
    params: { name: 'a b.jpg', bytes: Buffer.from(bytes) },
  });
  site.library.answer = () => {
    throw new LookalikeError('k-invalid', 'Give a whole number.');
  };
  await expect(library.request('library.get', {})).rejects.toMatchObject({
    code: 'k-invalid',
    message: 'Give a whole number.',
  });
});

it('is heard', async () => {
  const { site, library } = await opened();
  const heard: unknown[] = [];
  library.on('clusters', (data) => heard.push(data));
  await library.listen();
  site.library.say('clusters', { method: 'pixels' });
  await expect.poll(() => heard).toEqual([{ method: 'pixels' }]);
});

it('stops long work that nobody here waits for any more, and lets go', async () => {
  const { site, library } = await opened();
  const training = Promise.withResolvers<unknown>();
  site.library.answer = (name) => (name === 'training.start' ? training.promise : {});
  const refused = expect(
    library.request('training.start', { method: 'triplet' }),
  ).rejects.toMatchObject({ code: 'cancelled' });
  await expect.poll(() => site.library.asked).toHaveLength(1);
  await library.stop();
  expect(site.library.asked.at(-1)).toEqual({
    name: 'training.cancel',
    params: { method: 'triplet' },
  });
  library.close();
  await refused;
  training.resolve({});
});

it('that ended says so', async () => {
  const { site, library } = await opened();
  await site.server.close();
  await expect(library.request('library.get', {})).rejects.toMatchObject({ code: 'process-died' });
  await expect(library.listen()).rejects.toMatchObject({ code: 'process-died' });
});
