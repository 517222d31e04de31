/** Thumbnails, photos and queries by id. */
import { expect, it } from 'vitest';
import { LookalikeError } from '../../engine/errors.ts';
import { openSite } from './visitor.ts';

const pictures = '/pictures/small-library';

it('a thumbnail comes with its type, to be kept for good by this browser alone', async () => {
  const site = await openSite();
  const answer = await site.askInside({ path: `${pictures}/2/thumbnail` });
  expect(answer.status).toBe(200);
  expect(answer.body.toString()).toBe('thumbnail 2');
  expect(answer.headers).toMatchObject({
    'content-type': 'image/webp',
    'content-length': '11',
    'cache-control': 'private, max-age=31536000, immutable',
  });
});

it('a photo comes at the size asked for', async () => {
  const site = await openSite();
  const answer = await site.askInside({ path: `${pictures}/2/photo?side=1600` });
  expect(answer.body.toString()).toBe('photo 2 at 1600');
  expect(answer.headers['content-type']).toBe('image/jpeg');
});

it('a query from outside comes by its id, at the size asked for', async () => {
  const site = await openSite();
  const answer = await site.askInside({ path: `${pictures}/queries/a-query?side=1600` });
  expect(answer.status).toBe(200);
  expect(answer.body.toString()).toBe('query a-query at 1600');
  expect(answer.headers.etag).toMatch(/^"[0-9a-f]{64}-1600"$/);

  for (const path of [
    '/pictures/another-library/queries/a-query?side=1600',
    `${pictures}/queries/another?side=1600`,
    `${pictures}/queries/%2fetc%2fpasswd?side=1600`,
  ]) {
    const refused = await site.askInside({ path });
    expect(refused.status, path).toBe(404);
    expect(refused.json(), path).toMatchObject({ code: 'query-unknown' });
    expect(refused.headers['cache-control'], path).toBe('no-store');
  }
});

it('a size that makes no sense is refused', async () => {
  const site = await openSite();
  for (const side of [
    '',
    '?side=',
    '?side=0',
    '?side=63',
    '?side=8193',
    '?side=9.5',
    '?side=big',
  ]) {
    for (const picture of ['2/photo', 'queries/a-query']) {
      const answer = await site.askInside({ path: `${pictures}/${picture}${side}` });
      expect(answer.status, side).toBe(400);
      expect(answer.json(), side).toMatchObject({ code: 'request-invalid' });
    }
  }
  expect(site.library.asked).toEqual([]);
});

it('a browser that has the picture is not sent it again', async () => {
  const site = await openSite();
  const first = await site.askInside({ path: `${pictures}/2/thumbnail` });
  const etag = first.headers.etag ?? '';
  expect(etag).toMatch(/^"[0-9a-f]{64}-thumbnail"$/);
  const headers = { 'if-none-match': etag };

  const again = await site.askInside({ path: `${pictures}/2/thumbnail`, headers });
  expect(again.status).toBe(304);
  expect(again.body.length).toBe(0);
  expect((await site.askInside({ path: `${pictures}/3/thumbnail`, headers })).status).toBe(200);
  // The same content, but not the same picture.
  const photo = await site.askInside({ path: `${pictures}/2/photo?side=512`, headers });
  expect(photo.status).toBe(200);
});

it('a huge range is answered with the whole picture', async () => {
  const site = await openSite();
  const headers = { range: 'bytes=0-99999999999999999999' };
  const answer = await site.askInside({ path: `${pictures}/2/thumbnail`, headers });
  expect(answer.status).toBe(200);
  expect(answer.body.toString()).toBe('thumbnail 2');
});

it('a photo that the browser no longer waits for is not made', async () => {
  const site = await openSite();
  const made = site.library.photo.bind(site.library);
  const asked = Promise.withResolvers<AbortSignal | undefined>();
  site.library.photo = async (id, side) => ({
    ...(await made(id, side)),
    read: (signal) => {
      asked.resolve(signal);
      return new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          reject(new LookalikeError('cancelled', 'Nobody waits for it.'));
        });
      });
    },
  });
  const gone = new AbortController();
  const answer = fetch(`${site.origin}${pictures}/2/photo?side=1600`, {
    headers: { cookie: await site.cookie() },
    signal: gone.signal,
  });
  const signal = await asked.promise;
  expect(signal?.aborted).toBe(false);
  gone.abort();
  await expect(answer).rejects.toThrow(/aborted/);
  await expect.poll(() => signal?.aborted).toBe(true);
  expect(site.log).toEqual([]);
});

it('only photos of this library are there, and no failure is kept', async () => {
  const site = await openSite();
  const paths = [
    '/pictures/another-library/2/thumbnail',
    `${pictures}/9/thumbnail`,
    `${pictures}/9/photo?side=512`,
    `${pictures}/0/thumbnail`,
    `${pictures}/-1/thumbnail`,
    `${pictures}/1.5/thumbnail`,
    `${pictures}/99999999999999999999/thumbnail`,
    `${pictures}/%2e%2e%2f%2e%2e%2fetc%2fpasswd/thumbnail`,
  ];
  for (const path of paths) {
    const answer = await site.askInside({ path });
    expect(answer.status, path).toBe(404);
    expect(answer.json(), path).toMatchObject({ code: 'photo-unknown' });
    expect(answer.headers['cache-control'], path).toBe('no-store');
    expect(answer.headers, path).not.toHaveProperty('etag');
  }
});
